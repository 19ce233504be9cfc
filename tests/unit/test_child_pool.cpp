#include <signal.h>
#include <unistd.h>

#include <set>
#include <stdexcept>
#include <thread>

#include "catch.h"
#include "process.h"
#include "process/child_pool.h"

namespace test_child_pool {

using namespace mobilith;

namespace {

ChildPool pool_of(size_t at_once, const TemporaryFolder& folder, const std::function<void(size_t)>& work) {
  ChildPool pool;
  pool.at_once = at_once;
  pool.start = [=, &folder](size_t job) {
    return std::make_unique<ChildProcess>([=] { work(job); }, 60, std::vector<int>(),
                                          folder / std::to_string(job));
  };
  pool.ended = [](size_t, ChildProcess&) {};
  pool.idle = [] {};
  return pool;
}

}  // namespace

TEST_CASE("a pool runs every job once, not more than it may at a time, and says how each ended") {
  const TemporaryFolder folder;
  std::set<size_t> done, failed;
  size_t running = 0, most = 0;
  ChildPool pool = pool_of(3, folder, [](size_t job) {
    if (job % 4 == 1) throw std::runtime_error("job " + std::to_string(job));
  });
  const auto start = pool.start;
  pool.start = [&](size_t job) { return most = std::max(most, ++running), start(job); };
  pool.ended = [&](size_t job, ChildProcess& child) {
    running--;
    const bool right = child.state() == ChildProcess::State::done;
    if (!right) CHECK(child.message() == "job " + std::to_string(job));
    CHECK((right ? done : failed).insert(job).second);
  };
  run_children(10, pool);
  CHECK(most == 3);
  CHECK(failed == std::set<size_t>{1, 5, 9});
  CHECK(done.size() == 7);
  run_children(0, pool);
  CHECK(running == 0);
}

TEST_CASE("if a function of a pool throws, the children that still run are killed") {
  const TemporaryFolder folder;
  ChildPool pool = pool_of(2, folder, [](size_t job) {
    if (job == 1) throw std::runtime_error("enough");
    for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  pool.ended = [](size_t, ChildProcess& child) { throw std::runtime_error(child.message()); };
  CHECK_THROWS_WITH(run_children(5, pool), "enough");  // and does not wait for job 0
}

TEST_CASE("a child that says nothing is told by how it ended") {
  const TemporaryFolder folder;
  const auto message = [&](const std::function<void()>& work, double limit) {
    ChildProcess child(work, limit, {}, folder / "log");
    while (child.state() == ChildProcess::State::running) usleep(1000);
    return child.message();
  };
  CHECK(message([] { sleep(60); }, 0.05) == "it took longer than its time limit");
  // Neither Catch nor the address sanitizer has a handler of this one.
  CHECK(message([] { kill(getpid(), SIGTRAP); }, 60) == "it crashed");
  CHECK(message([] { kill(getpid(), SIGKILL); }, 60) ==
        "it was killed, as a system does that is short of memory");
  CHECK(message([] { _exit(1); }, 60).find("could not write") != std::string::npos);
}

}  // namespace test_child_pool
