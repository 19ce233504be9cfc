// Every call of the system may fail, and every moment may be the last: what was there stays whole, or what is
// new is, and the next run finds nothing in its way. scripts/attack_faults.sh tries all of them.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "catch.h"
#include "faults/generating.h"
#include "faults/injected.h"
#include "nightly.h"
#include "records/record_files.h"
#include "unit/random_record.h"

namespace test_injected {

using namespace mobilith::faults;
using namespace mobilith;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> calls{"open",   "read",  "write", "short_write", "fsync",  "rename", "link",
                                     "unlink", "mkdir", "fork",  "mmap",        "thread", "malloc"};

// A tree, and what a generator makes of it, with a cache and a folder for temporary files of its own.
struct Place {
  TemporaryFolder folder;
  fs::path tree = folder / "parent/tree", cache = folder / "cache", temporary = folder / "temporary";
  std::vector<std::string> environment{"MOBILITH_CACHE=" + cache.string(), "TMPDIR=" + temporary.string()};
  std::vector<std::string> call = call_for("net", tree, "logits");
  Contents old, fresh;
  std::vector<std::string> cached;

  Place() {
    fs::create_directory(temporary);
    must(call_for("net", tree));
    old = contents(tree);
    fs::copy(tree, folder / "old", fs::copy_options::recursive);
    must(call);
    fresh = contents(tree);
    cached = entries(cache);
    REQUIRE(old != fresh);
    restore();
  }
  void must(const std::vector<std::string>& words) const {
    const ProcessResult result = run_process(words, environment);
    INFO(result.err);
    REQUIRE(result.code == 0);
  }
  void restore() const {
    fs::remove_all(tree);
    fs::copy(folder / "old", tree, fs::copy_options::recursive);
  }
  bool clean() const {
    return entries(tree.parent_path()) == std::vector<std::string>{"tree"} && entries(temporary).empty() &&
           entries(cache) == cached;
  }
  // "old", "new", or what neither is.
  std::string state() const {
    const Contents now = contents(tree);
    return now == old ? "old" : now == fresh ? "new" : "a mixture";
  }
};

// One line that is the program's own.
bool is_message(const std::string& text) {
  const size_t last = text.rfind("mobilith: ");
  return last != text.npos && std::count(text.begin() + static_cast<long>(last), text.end(), '\n') == 1;
}

void check_generate(const Place& place, const Fault& fault, Tally& tally) {
  const ProcessResult result = run_with(fault, place.call, place.environment);
  INFO(to_string(fault) << ": " << result.code << ": " << result.err);
  const std::string state = place.state();
  CHECK((state == "old" || state == "new"));
  CHECK((result.code == 0 || result.code == 1 || (fault.kills && result.code == 128 + SIGKILL)));
  if (result.code == 0) CHECK(state == "new");
  if (result.code == 1 && fault.call != "write") CHECK(is_message(result.err));
  tally.add(fault, result, state);
  if (!place.clean()) {
    place.must(place.call);
    CHECK(place.state() == "new");
    CHECK(place.clean());
  }
  if (place.state() != "old") place.restore();
}

}  // namespace

TEST_CASE(
    "generate: whichever call fails or is its last, a whole tree is left, and nothing after the next run") {
  const Place place;
  Tally tally("generate");
  for (const Fault& fault : faults_of(calls, place.call, place.environment))
    check_generate(place, fault, tally);
}

TEST_CASE("generate, killed at random moments") {
  const Place place;
  std::mt19937 random(17);
  const char* asked = std::getenv("MOBILITH_FAULTS");
  const int kills = asked ? 100 : 5;
  int fresh = 0;
  for (int i = 0; i < kills; i++) {
    std::vector<std::string> words{"env"};
    words.insert(words.end(), place.environment.begin(), place.environment.end());
    words.insert(words.end(), place.call.begin(), place.call.end());
    const pid_t pid = start(words, "/dev/null");
    usleep(static_cast<useconds_t>(random() % 1'500'000));
    kill(pid, SIGKILL);
    wait_for(pid);
    INFO("kill " << i);
    const std::string state = place.state();
    CHECK((state == "old" || state == "new"));
    fresh += state == "new";
    if (!place.clean()) {
      place.must(place.call);
      CHECK(place.clean());
    }
    if (place.state() != "old") place.restore();
  }
  std::cout << "generate: " << kills << " kills at random moments, " << fresh << " left what is new\n";
}

TEST_CASE("schedules merge: whichever call fails or is its last, a whole file is left") {
  const TemporaryFolder folder;
  TuningRecords one, two;
  one.add(some_record(1)), two.add(some_record(2));
  add_records(folder / "one.json", one);
  add_records(folder / "two.json", two);
  fs::create_directory(folder / "out");
  const fs::path out = folder / "out/all.json";
  const std::vector<std::string> call{MOBILITH_PROGRAM,    "schedules", "merge", folder / "one.json",
                                      folder / "two.json", "--out",     out};
  add_records(out, one);
  const std::string old = read_text(out);
  REQUIRE(run_process(call).code == 0);
  const std::string fresh = read_text(out);
  REQUIRE(old != fresh);
  const auto prepare = [&] { write_text(out, old); };
  Tally tally("schedules merge");
  std::vector<Fault> faults = faults_of(calls, call, {}, prepare);
  // Among the last allocations are those of std::filesystem's functions that may not throw.
  prepare();
  const unsigned long allocations = count_calls("malloc", call, {});
  const unsigned long step = testing::nightly() ? 1 : 5;
  for (unsigned long at = allocations - 40; at < allocations; at += step)
    faults.push_back({"malloc", at, false});
  for (const Fault& fault : faults) {
    prepare();
    const ProcessResult result = run_with(fault, call);
    INFO(to_string(fault) << ": " << result.code << ": " << result.err);
    const std::string now = read_text(out);
    CHECK((now == old || now == fresh));
    CHECK((result.code == 0 || result.code == 1 || (fault.kills && result.code == 128 + SIGKILL)));
    if (result.code == 0) CHECK(now == fresh);
    tally.add(fault, result, now == old ? "old" : "new");
    write_text(out, old);
    CHECK(run_process(call).code == 0);
    CHECK(read_text(out) == fresh);
    CHECK(entries(folder / "out") == std::vector<std::string>{"all.json", "all.json.lock"});
  }
}

TEST_CASE("verify: results that find no space are an error, and not left out") {
  const TemporaryFolder folder;
  const std::string model = MOBILITH_TEST_DATA "/small_network.onnx";
  const ProcessResult made = run_process(
      {MOBILITH_PROGRAM, "generate", "--weights", model, "--name", "net", "--out", folder / "tree"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const std::vector<std::string> call{MOBILITH_PROGRAM, "verify", folder / "tree", "--weights", model};
  const std::string whole = run_process(call).out;
  const unsigned long writes = count_calls("write", call);
  REQUIRE(writes > 4);
  Tally tally("verify");
  for (unsigned long at = 1; at <= writes; at++) {
    const Fault fault{"write", at};
    const ProcessResult result = run_with(fault, call);
    INFO(to_string(fault) << ": " << result.code << ": " << result.out << result.err);
    CHECK((result.code == 0 ? result.out == whole : result.code == 1));
    tally.add(fault, result, "");
  }
}

TEST_CASE("bench: where memory ends inside LLVM, it is an error and no crash") {
  const TemporaryFolder folder;
  must_generate("net", folder / "tree");
  const std::vector<std::string> call{MOBILITH_PROGRAM, "bench", folder / "tree", "--seconds", "0.01"};
  const unsigned long count = count_calls("malloc", call);
  Tally tally("bench");
  const unsigned long faults = testing::nightly() ? 16 : 6;
  for (unsigned long i = 1; i <= faults; i++) {
    const Fault fault{"malloc", i * count / (faults + 1)};
    const ProcessResult result = run_with(fault, call);
    INFO(to_string(fault) << ": " << result.code << ": " << result.err);
    CHECK((result.code == 0 || (result.code == 1 && is_message(result.err))));
    tally.add(fault, result, "");
  }
}

TEST_CASE("the runtime: whichever call fails, it is a status, and the next session is right") {
  const TemporaryFolder folder;
  const std::vector<std::string> call{MOBILITH_FAULT_SESSIONS, folder / "weights"};
  REQUIRE(run_process({MOBILITH_FAULT_SESSIONS, folder / "weights", "write"}).code == 0);
  REQUIRE(run_process(call).out == "all right\n");
  Tally tally("runtime");
  for (const Fault& fault : faults_of({"malloc", "open", "read", "mmap", "thread"}, call)) {
    if (fault.kills) continue;
    const ProcessResult result = run_with(fault, call);
    INFO(to_string(fault) << ": " << result.code << ": " << result.out);
    CHECK(result.code == 0);
    tally.add(fault, result, "");
  }
}

}  // namespace test_injected
