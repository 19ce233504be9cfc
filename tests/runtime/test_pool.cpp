// A session's own threads: how they start, wait and go.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "runtime/meeting.h"
#include "runtime/model.h"
#include "runtime/session.h"

namespace test_pool {

using namespace mobilith::handmade;

namespace {

constexpr size_t bytes = sizeof(float) * floats;
const std::vector<float> input{1, -2, 3, 0.5f};

bool runs(const Session& session) {
  std::vector<float> output(floats);
  return mobilith_run(session.get(), input.data(), bytes, output.data(), bytes) == MOBILITH_OK &&
         output == expected(input);
}

// Threads of this process. A joined thread may stay listed for a moment.
int threads_now(int hoped_for) {
  int count = 0;
  for (int tries = 0; tries < 1000; tries++) {
    count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) count++;
    if (count == hoped_for) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return count;
}

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

TEST_CASE("a thousand runs with eight threads") {
  const Session session(model(), with_threads(8));
  REQUIRE(session.status() == MOBILITH_OK);
  int right = 0;
  for (int i = 0; i < 1000; i++) right += runs(session);
  CHECK(right == 1000);
}

namespace {

std::atomic<int> caught{0};
std::atomic<bool> blocked{false};

// Keeps the thread that gets the signal from running, as a busy system would.
void hold_up(int) {
  caught++;
  while (blocked) {
  }
}

// The kernel's ids of this process's other threads.
std::vector<pid_t> other_threads() {
  std::vector<pid_t> ids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    const pid_t id = std::stoi(entry.path().filename().string());
    if (id != gettid()) ids.push_back(id);
  }
  return ids;
}

bool asleep(pid_t id) {
  std::string line;
  std::getline(std::ifstream("/proc/self/task/" + std::to_string(id) + "/stat"), line);
  const size_t name_end = line.rfind(") ");
  return name_end != std::string::npos && line[name_end + 2] == 'S';
}

}  // namespace

TEST_CASE("a thread that the system keeps from running holds nobody up") {
  std::thread([] {}).join();  // with the first thread a sanitizer starts one of its own
  const std::vector<pid_t> before = other_threads();
  const Session session(model(), with_threads(3));
  struct sigaction action{};
  action.sa_handler = hold_up;
  REQUIRE(sigaction(SIGPROF, &action, nullptr) == 0);
  caught = 0, blocked = true;
  std::vector<pid_t> workers = other_threads();
  std::erase_if(workers,
                [&](pid_t id) { return std::find(before.begin(), before.end(), id) != before.end(); });
  // Parked: one that is held up on its way there would keep the lock.
  while (!std::all_of(workers.begin(), workers.end(), asleep)) std::this_thread::yield();
  int held = 0;
  for (pid_t id : workers) held += syscall(SYS_tgkill, getpid(), id, SIGPROF) == 0;
  while (caught < held) std::this_thread::yield();
  bool right = held == 2;
  for (int i = 0; i < 100; i++) right = runs(session) && right;
  blocked = false;
  for (int i = 0; i < 100; i++) right = runs(session) && right;
  CHECK(right);
}

TEST_CASE("runs after pauses find the threads parked, and wake them") {
  const Session session(model(), with_threads(4));
  for (int milliseconds : {0, 1, 5, 0, 20, 0, 0, 3}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    CHECK(runs(session));
  }
}

TEST_CASE("idle threads use no processor time") {
  const Session session(model(), with_threads(4));
  REQUIRE(runs(session));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // they spin for a moment, then park
  const double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before < 0.05);
}

TEST_CASE("a session has threads - 1 threads from creation to destruction, and none where it needs none") {
  const int without = threads_now(1);  // a sanitizer may have one of its own
  for (int threads : {1, 2, 8}) {
    {
      const Session session(model(), with_threads(threads));
      CHECK(threads_now(without + threads - 1) == without + threads - 1);
      REQUIRE(runs(session));
      CHECK(threads_now(without + threads - 1) == without + threads - 1);
    }
    CHECK(threads_now(without) == without);
    const Session executed(model(), with_executor(threads, forwards));
    CHECK(threads_now(without) == without);
  }
}

TEST_CASE("sessions end promptly: unused, just used, or parked") {
  const double start = seconds_of(CLOCK_MONOTONIC);
  for (int i = 0; i < 100; i++) {
    const Session session(model(), with_threads(8));
    if (i % 3 == 1) REQUIRE(runs(session));
    if (i % 3 == 2) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(seconds_of(CLOCK_MONOTONIC) - start < 30);  // milliseconds each on an idle machine
}

TEST_CASE("a session may be used on another thread than the one that made it, and destroyed on a third") {
  mobilith_session* session = nullptr;
  const mobilith_options options = with_threads(3);
  REQUIRE(mobilith_session_create(&model(), &options, &session) == MOBILITH_OK);
  std::vector<float> output(floats);
  std::thread([&] { mobilith_run(session, input.data(), bytes, output.data(), bytes); }).join();
  CHECK(output == expected(input));
  std::thread([&] { mobilith_session_destroy(session); }).join();
}

}  // namespace test_pool
