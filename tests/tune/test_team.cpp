// The tuner's threads: who gets what, and that they stay awake.
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

#include "catch.h"
#include "tune/team.h"

namespace test_team {

namespace {

using Team = std::unique_ptr<team, void (*)(team*)>;

Team made(int threads) { return {team_create(threads), team_destroy}; }

struct Calls {
  std::vector<std::thread::id> by;  // of each lane: who ran it
  std::vector<int> times;
};

void note(void* context, int32_t i) {
  auto& calls = *static_cast<Calls*>(context);
  calls.by[static_cast<size_t>(i)] = std::this_thread::get_id();
  calls.times[static_cast<size_t>(i)]++;
}

Calls run(team* workers, int lanes) {
  Calls calls{std::vector<std::thread::id>(static_cast<size_t>(lanes)),
              std::vector<int>(static_cast<size_t>(lanes))};
  team_run(workers, lanes, note, &calls);
  return calls;
}

void count_sleeps(void* context, int32_t i) {
  rusage used;
  getrusage(RUSAGE_THREAD, &used);
  static_cast<long*>(context)[i] = used.ru_nvcsw;
}

}  // namespace

TEST_CASE("a team's threads run a lane each, the caller the first and what is beyond") {
  for (const int threads : {1, 2, 3, 7}) {
    const Team workers = made(threads);
    REQUIRE(workers);
    CHECK(team_threads(workers.get()) == threads);
    for (const int lanes : {0, 1, 2, 3, 7, 9}) {
      const Calls calls = run(workers.get(), lanes);
      for (int i = 0; i < lanes; i++) {
        INFO(threads << " threads, lane " << i << " of " << lanes);
        CHECK(calls.times[static_cast<size_t>(i)] == 1);
        const bool callers = i == 0 || i >= threads;
        CHECK((calls.by[static_cast<size_t>(i)] == std::this_thread::get_id()) == callers);
      }
    }
  }
}

// A session's own threads sleep after 50 to 200 microseconds (runtime/src/pool.h).
TEST_CASE("a team's threads do not sleep from one call to the next") {
  const Team workers = made(2);
  REQUIRE(workers);
  long before[2], after[2];
  team_run(workers.get(), 2, count_sleeps, before);
  for (int i = 0; i < 5; i++) {
    usleep(2000);
    team_run(workers.get(), 2, count_sleeps, after);
  }
  CHECK(after[1] == before[1]);
}

}  // namespace test_team
