// What autotune answers, and that no candidate can harm it. MOBILITH_TUNE_FAULT=KIND:N makes every N-th
// candidate crash, hang or compute something wrong (generator/tune/fault.h).
#include <algorithm>
#include <tuple>

#include "catch.h"
#include "tune/autotune.h"

namespace test_autotune {

using nlohmann::json;

namespace {

json tuned(const ProcessResult& result) {
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

// Nothing but its default: the small file's head, of five classes.
bool has_no_choice(const json& kernel) {
  return kernel["tried"] == 0 && kernel["kernel"].get<std::string>().starts_with("head_");
}

int failures(const json& result, const char* kind) {
  int count = 0;
  for (const json& kernel : result["kernels"]) count += kernel["failed"].value(kind, 0);
  return count;
}

}  // namespace

TEST_CASE("autotune writes a record for each kernel, and generate uses them") {
  const TemporaryFolder folder;
  const json result = tuned(run_process(
      small_autotune(folder / "records", {"--candidates", "2", "--report", folder / "report.html"})));
  CHECK(result["kernels"].size() == small_kernels());
  CHECK(records_in(folder / "records").size() == small_kernels());
  for (const json& kernel : result["kernels"]) {
    CHECK(kernel["seconds"].get<double>() > 0);
    CHECK(kernel["tried"].get<int>() <= 2);
    CHECK(kernel["schedule"].is_object());
  }
  const ProcessResult generated = run_process(
      generate_of(small_network(), folder / "records", {"--require-tuned", "--out", folder / "tree"}));
  INFO(generated.err);
  CHECK(generated.code == 0);

  const std::string page = read_text(folder / "report.html");
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find("http") == std::string::npos);
  for (const json& kernel : result["kernels"])
    CHECK(page.find(kernel["kernel"].get<std::string>()) != std::string::npos);
}

// The frame is large, so that its kernel is the heaviest, the first of the list.
TEST_CASE(
    "a frame's kernel is tuned as others are, of a quantised file, too, and generate takes its record") {
  const std::pair<std::vector<std::string>, std::vector<std::string>> models[] = {
      {small_v1(), {"--input", "bgr8:720x960", "--resize", "antialiased"}},
      {{"--weights", MOBILITH_TEST_DATA "/quantised/network_parts_i8.tflite"},
       {"--input", "rgb8:480x640", "--resize", "antialiased", "--fit", "stretch"}}};
  for (auto [options, frames] : models) {
    const TemporaryFolder folder;
    options.insert(options.end(), frames.begin(), frames.end());
    const json result = tuned(
        run_process(autotune_of(options, folder / "records", {"--candidates", "2", "--shard", "0/99"})));
    REQUIRE(result["kernels"].size() == 1);
    const json& frame = result["kernels"][0];
    CHECK(frame["type"] == "frame");
    CHECK(frame["tried"] == 2);
    CHECK(frame["failed"].empty());
    CHECK(frame["seconds"].get<double>() > 0);
    CHECK(records_in(folder / "records").size() == 1);
    const ProcessResult generated =
        run_process(generate_of(options, folder / "records", {"--out", folder / "tree"}));
    INFO(generated.err);
    REQUIRE(generated.code == 0);
    const json manifest = json::parse(read_text(folder / "tree/share/net/manifest.json"));
    const json& kernel = manifest["variants"][0]["kernels"][0];
    CHECK(kernel["type"] == "frame");
    CHECK(kernel["schedule"] == frame["schedule"]);
    CHECK(kernel["schedule_source"].get<std::string>().starts_with("tuned for "));
  }
}

TEST_CASE("a candidate that fails is counted, never wins and never stops the tuner") {
  for (const auto& [fault, kind] : {std::pair{"crash:1", "crashed"},
                                    {"wrong:1", "wrong"},
                                    {"hang:1", "late"},
                                    {"compile-crash:1", "crashed"},
                                    {"compile-hang:1", "late"}}) {
    INFO(fault);
    const TemporaryFolder folder;
    const json result = tuned(run_process(
        small_autotune(folder / "records", {"--candidates", "1", "--limit", "3s", "--shard", "0/4"}),
        {std::string("MOBILITH_TUNE_FAULT=") + fault}));
    CHECK(result["kernels"].size() == small_kernels() / 4 + 1);
    CHECK(failures(result, kind) > 0);
    for (const json& kernel : result["kernels"]) {
      CHECK(kernel["seconds"] == kernel["default_seconds"]);
      CHECK(kernel["gain"] == 1.0);
    }
    CHECK(records_in(folder / "records").size() == small_kernels() / 4 + 1);
  }
}

TEST_CASE("candidates beside a failing one are tried as if it were not there") {
  const TemporaryFolder folder;
  const json result =
      tuned(run_process(small_autotune(folder / "records", {"--candidates", "4", "--shard", "0/4"}),
                        {"MOBILITH_TUNE_FAULT=crash:2"}));
  for (const json& kernel : result["kernels"]) {
    CHECK((kernel["tried"] == 4 || has_no_choice(kernel)));
    CHECK(kernel["failed"].value("crashed", 0) <= 2);
  }
}

TEST_CASE("two shards make what one session makes") {
  const TemporaryFolder folder;
  size_t kernels = 0;
  for (const char* shard : {"0/2", "1/2"}) {
    const json result = tuned(run_process(small_autotune(folder / (std::string("records") + shard[0]),
                                                         {"--candidates", "0", "--shard", shard})));
    kernels += result["kernels"].size();
  }
  CHECK(kernels == small_kernels());
  std::vector<std::string> merge{MOBILITH_PROGRAM, "schedules", "merge"};
  for (const char* part : {"records0", "records1"})
    for (const std::string& name : files_below(folder / part))
      if (name.ends_with(".json")) merge.push_back((folder / part) / name);
  const std::string whole = folder / "whole/merged.json";
  std::filesystem::create_directories(folder / "whole");
  merge.insert(merge.end(), {"--out", whole});
  const ProcessResult merged = run_process(merge);
  INFO(merged.err);
  CHECK(merged.code == 0);
  CHECK(records_in(folder / "whole").size() == small_kernels());
}

TEST_CASE("a runner measures what it is given; no name of a folder is read by the shell or by its compiler") {
  const TemporaryFolder folder;
  const std::filesystem::path odd = folder / "it's \"$(touch ran)\" \\ `touch ran`";
  std::filesystem::create_directory(odd);
  const json result = tuned(run_process(
      small_autotune(folder / "records", {"--candidates", "1", "--shard", "0/4", "--runner", "env"}),
      {"TMPDIR=" + odd.string()}));
  for (const json& kernel : result["kernels"]) {
    CHECK(kernel["seconds"].get<double>() > 0);
    CHECK((kernel["tried"] == 1 || has_no_choice(kernel)));
    CHECK(kernel["failed"].empty());
  }
  CHECK(records_in(folder / "records").size() == small_kernels() / 4 + 1);
  CHECK(!std::filesystem::exists("ran"));
  CHECK(files_below(odd).empty());
}

TEST_CASE("a runner's compiler that is not there is named before anything is compiled") {
  const TemporaryFolder folder;
  for (const auto& [cpu, variable, package] :
       {std::tuple{"host", "CC", "gcc"}, {"cortex-a72", "MOBILITH_CROSS_CC", "gcc-aarch64-linux-gnu"}}) {
    const ProcessResult result =
        run_process(small_autotune(folder / "records", {"--cpu", cpu, "--runner", "env"}),
                    {std::string(variable) + "=no-such-compiler"});
    INFO(result.err);
    CHECK(result.code == 1);
    for (const char* word : {"--runner", "no-such-compiler", variable, package})
      CHECK(result.err.find(word) != std::string::npos);
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK(files_below(folder.path()).empty());
  }
}

TEST_CASE("a wrong candidate on a runner is counted and never wins") {
  const TemporaryFolder folder;
  const json result = tuned(run_process(
      small_autotune(folder / "records", {"--candidates", "1", "--shard", "0/4", "--runner", "env"}),
      {"MOBILITH_TUNE_FAULT=wrong:1"}));
  CHECK(failures(result, "wrong") > 0);
  for (const json& kernel : result["kernels"]) CHECK(kernel["gain"] == 1.0);
}

TEST_CASE("a runner that does not run is a failure, not a time") {
  const TemporaryFolder folder;
  for (const char* runner : {"false", "echo"}) {
    const ProcessResult result = run_process(
        small_autotune(folder / "records", {"--candidates", "1", "--shard", "0/8", "--runner", runner}));
    INFO(result.err);
    CHECK(result.code == 1);
    CHECK(result.err.find("the default schedule failed") != std::string::npos);
    CHECK(records_in(folder / "records").empty());
  }
}

TEST_CASE("the tuner says what is wrong with its options") {
  for (const auto& [words, expected] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--budget", "soon"}, "--budget: expected a"},
           {{"--budget", "0s"}, "--budget: expected a time"},
           {{"--shard", "2/2"}, "--shard: expected a whole number from 0 to 1"},
           {{"--shard", "two"}, "--shard: expected I/N"},
           {{"--threads", "1000"}, "--threads: expected a whole number from 1 to"},
           {{"--all"}, "--all: excludes --net"},
           {{"--cpu", "i486"}, "--cpu: unknown CPU"},
           {{"--cpu", "cortex-a72"}, "--cpu: cortex-a72 is a CPU for aarch64-linux-gnu"}}) {
    const ProcessResult result = run_process(autotune_of(small_v1(), "/nonexistent", words));
    INFO(result.err);
    CHECK(result.code == 2);
    CHECK(result.err.find(expected) != std::string::npos);
  }
  CHECK(run_process(small_autotune("/nonexistent", {"--report", "/nonexistent/report.html"})).code == 1);
}

}  // namespace test_autotune
