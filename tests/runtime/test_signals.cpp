// Signals and cancellation: they are the application's threads' business, and break no run.
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "catch.h"
#include "runtime/meeting.h"
#include "runtime/model.h"
#include "runtime/scripted_model.h"
#include "runtime/session.h"

namespace test_signals {

using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;
const std::vector<float> input{1, -2, 3, 0.5f};

bool runs(mobilith_session* session) {
  std::vector<float> output(floats);
  return mobilith_run(session, input.data(), bytes, output.data(), bytes) == MOBILITH_OK &&
         output == expected(input);
}

sigset_t mask_now() {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return mask;
}

// This signal blocked for the calling thread, or not.
void block(int signal, bool blocked) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &one, nullptr);
}

// A handler for the rest of the scope, which interrupts system calls.
class Handler {
 public:
  Handler(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction action{};
    action.sa_handler = handler;
    sigaction(signal, &action, &before_);
  }
  ~Handler() { sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_;
};

std::atomic<int> handled{0}, elsewhere{0};
std::atomic<pid_t> handling_thread{0};

void note(int) {
  handled++;
  if (gettid() != handling_thread) elsewhere++;
}

}  // namespace

TEST_CASE("a session's threads block all signals but faults of their own and a profiler's clock") {
  const sigset_t before = mask_now();
  constexpr int threads = 3;
  std::vector<sigset_t> masks(threads);
  std::vector<std::thread::id> ids(threads);
  const ScriptedModel model([&](mobilith_worker* worker, const float*, uint8_t*, float*) {
    Meeting meeting(threads);
    return parallel(worker, 0, threads, [&](mobilith_worker*, int32_t i) {
      meeting.wait();
      ids[i] = std::this_thread::get_id();
      masks[i] = mask_now();
      return 0;
    });
  });
  const Session session(model.get(), with_threads(threads));
  const float zeros[ScriptedModel::floats] = {};
  float output[ScriptedModel::floats];
  REQUIRE(mobilith_run(session.get(), zeros, sizeof zeros, output, sizeof output) == MOBILITH_OK);
  const sigset_t after = mask_now();
  for (int i = 0; i < threads; i++) {
    const bool caller = ids[i] == std::this_thread::get_id();
    for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD, SIGIO,
                       SIGRTMIN, SIGRTMAX, SIGABRT}) {
      INFO(signal);
      CHECK(sigismember(&masks[i], signal) == (caller ? sigismember(&before, signal) : 1));
      CHECK(sigismember(&after, signal) == sigismember(&before, signal));
    }
    for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGPROF})
      CHECK(sigismember(&masks[i], signal) == sigismember(&before, signal));
  }
}

// Not under ThreadSanitizer, which defers signals: a storm of them leaves the run no time, and the test ran
// into its limit of 600 s.
#ifndef __SANITIZE_THREAD__
TEST_CASE("a signal to the process is handled on one of the application's threads") {
  const Session session(model(), with_threads(4));  // made while this thread lets SIGUSR1 through
  const Handler handler(SIGUSR1, note);
  std::atomic<bool> stop{false};
  handled = 0, elsewhere = 0, handling_thread = 0;
  std::thread application([&] {
    for (handling_thread = gettid(); !stop;) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  while (handling_thread == 0) std::this_thread::yield();
  block(SIGUSR1, true);
  bool right = true;
  for (int i = 1; i <= 100; i++) {
    kill(getpid(), SIGUSR1);
    right = runs(session.get()) && right;
    while (handled < i) std::this_thread::yield();  // one is pending at a time
  }
  stop = true;
  application.join();
  block(SIGUSR1, false);
  CHECK(right);
  CHECK(handled == 100);
  CHECK(elsewhere == 0);
}
#endif

TEST_CASE("signals that interrupt the thread that runs, makes or destroys a session change nothing") {
  const Handler handler(SIGALRM, note);
  handled = 0, handling_thread = gettid();
  const itimerval often{{0, 300}, {0, 300}}, never{};
  setitimer(ITIMER_REAL, &often, nullptr);
  bool right = true;
  for (int i = 0; handled < 300; i++) {
    const Session session(model(), with_threads(1 + i % 4));
    right = session.status() == MOBILITH_OK && right;
    for (int run = 0; run < 20; run++) right = runs(session.get()) && right;
  }
  setitimer(ITIMER_REAL, &never, nullptr);
  CHECK(right);
}

TEST_CASE("a run is no cancellation point: a thread that is cancelled in it ends after it") {
  struct State {
    mobilith_session* session;
    std::atomic<int> right{0};
  };
  for (int threads : {1, 3}) {
    const Session session(model(), with_threads(threads));
    State state{session.get()};
    const auto work = [](void* argument) -> void* {
      auto& state = *static_cast<State*>(argument);
      pthread_cancel(pthread_self());  // deferred: acted upon at the next cancellation point
      const std::vector<float> right = expected(input);
      float output[floats];
      for (int i = 0; i < 100; i++)
        state.right += mobilith_run(state.session, input.data(), bytes, output, bytes) == MOBILITH_OK &&
                       std::equal(right.begin(), right.end(), output);
      pthread_testcancel();
      return nullptr;
    };
    pthread_t thread;
    void* result = nullptr;
    REQUIRE(pthread_create(&thread, nullptr, work, &state) == 0);
    REQUIRE(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(state.right == 100);
    CHECK(runs(session.get()));
  }
}

}  // namespace test_signals
