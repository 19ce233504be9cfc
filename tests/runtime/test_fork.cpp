// Sessions in children of the process that made them.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "catch.h"
#include "nightly.h"
#include "runtime/child.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_fork {

using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;
const std::vector<float> input{1, -2, 3, 0.5f};

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
const int forks = mobilith::testing::nightly() ? 40 : 20;  // each copies the sanitizer's tables
#else
const int forks = mobilith::testing::nightly() ? 500 : 200;
#endif

#if defined(__SANITIZE_THREAD__)
constexpr int runs_a_pause = 2;  // fork() waits until no thread is inside the sanitizer
#else
constexpr int runs_a_pause = 64;
#endif

mobilith_session* made(const mobilith_options& options) {
  mobilith_session* session = nullptr;
  REQUIRE(mobilith_session_create(&model(), &options, &session) == MOBILITH_OK);
  return session;
}

mobilith_status run(mobilith_session* session, std::vector<float>& output) {
  return mobilith_run(session, input.data(), bytes, output.data(), bytes);
}

// Allocates nothing: a child waits for ever if another thread is inside AddressSanitizer's allocator at the
// fork.
bool right(mobilith_session* session) {
  static const std::vector<float> wanted = expected(input);
  std::array<float, floats> output;
  return mobilith_run(session, input.data(), bytes, output.data(), bytes) == MOBILITH_OK &&
         std::equal(output.begin(), output.end(), wanted.begin());
}

bool right_and_destroyed(mobilith_session* session) {
  bool all = true;
  for (int i = 0; i < 3; i++) all = right(session) && all;
  mobilith_session_destroy(session);
  return all;
}

bool destroyed(mobilith_session* session) { return mobilith_session_destroy(session), true; }

// Runs a session on a thread of its own, with pauses in which the session's threads park, until it goes.
class Runner {
 public:
  explicit Runner(mobilith_session* session)
      : thread_([this, session] {
          for (int i = 0; !stop_; i++) {
            right_ = right(session) && right_;
            runs_++;
            if (i % runs_a_pause == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
          }
        }) {
    while (runs_ < 10) std::this_thread::yield();
  }
  ~Runner() { end(); }
  // Whether all runs were right.
  bool end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return right_;
  }

 private:
  std::atomic<bool> stop_{false}, right_{true};
  std::atomic<int> runs_{0};
  std::thread thread_;
};

}  // namespace

TEST_CASE("a child runs and destroys a session that another thread was running at the fork") {
  for (int threads : {1, 2, 3, 4}) {
    mobilith_session* session = made(with_threads(threads));
    Runner runner(session);
    for (int i = 0; i < forks; i++) {
      INFO(threads << " threads, fork " << i);
      REQUIRE(in_child([&] { return i % 4 ? right_and_destroyed(session) : destroyed(session); }) == "right");
    }
    CHECK(runner.end());  // the parent's goes on meanwhile, and after
    CHECK(right_and_destroyed(session));
  }
}

TEST_CASE(
    "a child runs and destroys a session that was forked between two runs: threads spinning or parked") {
  for (int threads : {2, 3, 4}) {
    mobilith_session* session = made(with_threads(threads));
    for (int i = 0; i < forks; i++) {
      INFO(threads << " threads, fork " << i);
      REQUIRE(right(session));
      std::this_thread::sleep_for(std::chrono::microseconds(i % 8 * 50));
      REQUIRE(in_child([&] { return i % 4 ? right_and_destroyed(session) : destroyed(session); }) == "right");
    }
    CHECK(right_and_destroyed(session));
  }
}

TEST_CASE("a child of a child does, too, whether the child between ran it or not") {
  for (bool child_runs : {false, true}) {
    mobilith_session* session = made(with_threads(3));
    REQUIRE(right(session));
    CHECK(in_child([&] {
            if (child_runs && !right(session)) return false;
            return in_child([&] { return right_and_destroyed(session); }) == "right" && destroyed(session);
          }) == "right");
    CHECK(right_and_destroyed(session));
  }
}

TEST_CASE("a run in a child makes no thread") {
  mobilith_session* session = made(with_threads(4));
  const auto threads_now = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  CHECK(in_child([&] {
          const auto before = threads_now();
          return right(session) && threads_now() == before && destroyed(session);
        }) == "right");
  mobilith_session_destroy(session);
}

// ThreadSanitizer makes no thread in a child of a process with threads.
#if !defined(__SANITIZE_THREAD__)
TEST_CASE("a child makes new sessions with threads of their own") {
  for (int threads : {2, 3, 4}) {
    mobilith_session* session = made(with_threads(threads));
    Runner runner(session);
    for (int i = 0; i < forks / 10; i++)
      REQUIRE(in_child([&] {
                mobilith_session* other = nullptr;
                const mobilith_options options = with_threads(threads);
                if (mobilith_session_create(&model(), &options, &other) != MOBILITH_OK) return false;
                return right(session) && right_and_destroyed(other) && right_and_destroyed(session);
              }) == "right");
    CHECK(runner.end());
    mobilith_session_destroy(session);
  }
}
#endif

namespace {

// What the fork in the middle of a run is told, and tells.
struct Fork {
  mobilith_session* session = nullptr;
  bool run_inside = false, inside_right = false;
  pid_t child = -1;  // 0: this is it
  int calls = 0;     // of the executor
  void now() {
    child = fork_with_deadline();
    if (child == 0 && run_inside) inside_right = right(session);
  }
};

// Forks in the second of three steps.
void fork_in_profile(void* context, const mobilith_profile* profile) {
  auto& fork = *static_cast<Fork*>(context);
  if (profile->index == 1 && fork.child < 0) fork.now();
}

void fork_in_executor(void* context, int32_t count, void (*task)(void*, int32_t), void* task_context) {
  auto& fork = *static_cast<Fork*>(context);
  fork.calls++;
  task(task_context, 0);
  if (fork.child < 0) fork.now();
  for (int32_t i = 1; i < count; i++) task(task_context, i);
}

}  // namespace

TEST_CASE(
    "the profiling callback may fork: the child's run goes on and is right, or is refused if used inside") {
  for (int threads : {1, 2, 4})
    for (bool run_inside : {false, true}) {
      INFO(threads << " threads, run inside: " << run_inside);
      Fork fork;
      mobilith_options options = with_threads(threads);
      options.profile = fork_in_profile;
      options.profile_context = &fork;
      fork.session = made(options);
      fork.run_inside = run_inside;
      std::vector<float> output(floats);
      const mobilith_status status = run(fork.session, output);
      if (fork.child == 0)
        end_child((run_inside ? fork.inside_right && status == MOBILITH_BUSY
                              : status == MOBILITH_OK && output == expected(input)) &&
                  right_and_destroyed(fork.session));
      CHECK(status == MOBILITH_OK);
      CHECK(output == expected(input));
      CHECK(end_of(fork.child) == "right");
      CHECK(right_and_destroyed(fork.session));
    }
}

TEST_CASE(
    "an executor may fork: the child's run is refused when it returns, and later runs do without executor") {
  for (bool run_inside : {false, true}) {
    Fork fork;
    fork.session = made(with_executor(3, fork_in_executor, &fork));
    fork.run_inside = run_inside;
    std::vector<float> output(floats);
    const mobilith_status status = run(fork.session, output);
    if (fork.child == 0)
      end_child(status == MOBILITH_BUSY && fork.inside_right == run_inside &&
                right_and_destroyed(fork.session) && fork.calls == 1);
    CHECK(status == MOBILITH_OK);
    CHECK(output == expected(input));
    CHECK(end_of(fork.child) == "right");
    CHECK(right_and_destroyed(fork.session));
    CHECK(fork.calls == 4);
  }
}

TEST_CASE("a child may destroy a session inside its callback, if it never returns into the run") {
  Fork fork;
  const auto leave = [](void* context, const mobilith_profile*) {
    auto& fork = *static_cast<Fork*>(context);
    if (fork.child < 0) fork.now();
    if (fork.child == 0) end_child(destroyed(fork.session));
  };
  mobilith_options options = with_threads(3);
  options.profile = leave;
  options.profile_context = &fork;
  fork.session = made(options);
  CHECK(right(fork.session));
  CHECK(end_of(fork.child) == "right");
  mobilith_session_destroy(fork.session);
}

TEST_CASE("a fork while another thread is in a callback leaves nothing that refuses the child's runs") {
  struct State {
    std::atomic<bool> inside{false}, go_on{false};
  };
  for (int threads : {1, 3}) {
    State state;
    mobilith_options options = with_threads(threads);
    options.profile_context = &state;
    options.profile = [](void* context, const mobilith_profile*) {
      auto& state = *static_cast<State*>(context);
      for (state.inside = true; !state.go_on;) std::this_thread::yield();
    };
    mobilith_session* session = made(options);
    bool parent_right = false;
    std::thread runner([&] { parent_right = right(session); });
    while (!state.inside) std::this_thread::yield();
    CHECK(in_child([&] { return state.go_on = true, right_and_destroyed(session); }) == "right");
    state.go_on = true;
    runner.join();
    CHECK(parent_right);
    CHECK(right_and_destroyed(session));
  }
}

}  // namespace test_fork
