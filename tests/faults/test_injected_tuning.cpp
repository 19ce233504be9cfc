// Every call of a tuner's and of its children's may fail, and every moment be its last: records stay whole,
// and what was tuned before stays tuned. scripts/attack_faults.sh tries many; here two.
#include <signal.h>

#include <cstdlib>

#include "catch.h"
#include "faults/generating.h"
#include "faults/injected.h"
#include "tune/autotune.h"

namespace test_injected_tuning {

using namespace mobilith::faults;
namespace fs = std::filesystem;
using nlohmann::json;

TEST_CASE(
    "autotune: whichever call fails or is its last, old records are left, and nothing after the next run") {
  const TemporaryFolder folder;
  const fs::path records = folder / "records", temporary = folder / "temporary", old = folder / "old";
  fs::create_directory(temporary);
  const std::string mark = "MOBILITH_TEST_MARK=" + folder.path().string();
  const std::vector<std::string> environment{"TMPDIR=" + temporary.string(),
                                             "MOBILITH_CACHE=" + (folder / "cache").string(), mark};
  // One kernel is tuned before; another is found and one is measured again.
  const std::string of_all = "/" + std::to_string(small_kernels());  // one kernel each
  const std::vector<std::string> first = small_autotune(old, {"--candidates", "1", "--shard", "0" + of_all}),
                                 call =
                                     small_autotune(records, {"--candidates", "1", "--shard", "1" + of_all});
  REQUIRE(run_process(first, environment).code == 0);
  REQUIRE(records_in(old).size() == 1);
  // The place in its file is no part of a record.
  const auto without_places = [](json all) {
    for (json& record : all) record.erase("index");
    return all;
  };
  const json before = without_places(records_in(old))[0];
  const auto restore = [&] {
    fs::remove_all(records);
    fs::copy(old, records, fs::copy_options::recursive);
  };
  const auto sound = [&](size_t least) {
    const json now = without_places(records_in(records));
    const bool kept = std::find(now.begin(), now.end(), before) != now.end();
    return kept && now.size() >= least && now.size() <= 2;
  };
  std::vector<std::string> calls{"rename", "fork"};
  if (std::getenv("MOBILITH_FAULTS"))
    calls = {"open",   "read",  "write", "short_write", "fsync",  "rename", "link",
             "unlink", "mkdir", "fork",  "mmap",        "thread", "malloc"};
  Tally tally("autotune");
  for (const Fault& fault : faults_of(calls, call, environment, restore)) {
    restore();
    const ProcessResult result = run_with(fault, call, environment);
    INFO(to_string(fault) << ": " << result.code << ": " << result.err);
    CHECK((result.code == 0 || result.code == 1 || (fault.kills && result.code == 128 + SIGKILL)));
    CHECK(sound(1));
    tally.add(fault, result, records_in(records).size() == 1 ? "old" : "new");
    const ProcessResult next = run_process(call, environment);
    INFO(next.err);
    CHECK(next.code == 0);
    CHECK(sound(2));
    CHECK(entries(temporary).empty());
    CHECK_FALSE(any_process_with(mark));
  }
}

}  // namespace test_injected_tuning
