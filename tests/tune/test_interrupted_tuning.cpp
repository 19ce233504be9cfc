// A tuner that ends too early, and tuners beside each other.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "catch.h"
#include "nightly.h"
#include "tune/autotune.h"

namespace test_interrupted_tuning {

using nlohmann::json;

namespace {

void sleep_for(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

}  // namespace

TEST_CASE("a killed tuner leaves a sound record file and no process, and the next one completes it") {
  const TemporaryFolder folder;
  const std::string mark = "MOBILITH_TEST_MARK=" + folder.path().string();
  std::mt19937 random(7);
  size_t before = 0;
  // Each sleeps until some moment of the session; at night more of them.
  for (int round = 0; round < (mobilith::testing::nightly() ? 20 : 4); round++) {
    const pid_t pid = start_process(small_autotune(folder / "records"), mark);
    sleep_for(std::uniform_int_distribution<int>(200, mobilith::testing::nightly() ? 2500 : 1500)(random));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    bool left = true;
    for (int i = 0; i < 50 && (left = any_process_with(mark)); i++) sleep_for(20);
    CHECK_FALSE(left);
    const size_t now = records_in(folder / "records").size();
    CHECK(now >= before);
    before = now;
  }
  CHECK(run_process(small_autotune(folder / "records", {"--candidates", "0"})).code == 0);
  CHECK(records_in(folder / "records").size() == small_kernels());
}

TEST_CASE("an interrupted tuner says so, keeps its records and leaves no process") {
  const TemporaryFolder folder;
  const std::string mark = "MOBILITH_TEST_MARK=" + folder.path().string();
  const pid_t pid = start_process(small_autotune(folder / "records"), mark);
  for (int i = 0; i < 1000 && files_below(folder / "records").empty(); i++) sleep_for(20);
  kill(pid, SIGINT);
  int status = 0;
  waitpid(pid, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK_FALSE(any_process_with(mark));
  CHECK_FALSE(records_in(folder / "records").empty());
}

TEST_CASE("a record is where the next session starts") {
  const TemporaryFolder folder;
  const std::vector<std::string> call =
      small_autotune(folder / "records", {"--candidates", mobilith::testing::nightly() ? "3" : "1"});
  REQUIRE(run_process(call).code == 0);
  const json first = records_in(folder / "records");
  REQUIRE(run_process(call).code == 0);
  const json second = records_in(folder / "records");
  REQUIRE(first.size() == second.size());
  for (size_t i = 0; i < first.size(); i++) CHECK(second[i]["seconds"] <= first[i]["seconds"]);
}

TEST_CASE("two tuners on one file lose nothing") {
  const TemporaryFolder folder;
  std::vector<pid_t> pids;
  for (const std::string part : {"0", "1"})
    pids.push_back(
        start_process(small_autotune(folder / "records", {"--candidates", "1", "--shard", part + "/2"}),
                      "MOBILITH_TEST_MARK=two", folder / part));
  for (pid_t pid : pids) {
    int status = 0;
    waitpid(pid, &status, 0);
    INFO("0/2: " << read_text(folder / "0") << "1/2: " << read_text(folder / "1"));
    CHECK(status == 0);
  }
  CHECK(records_in(folder / "records").size() == small_kernels());
}

}  // namespace test_interrupted_tuning
