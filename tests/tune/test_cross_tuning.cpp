// A CPU of another architecture, tuned here: compiled by a cross compiler, measured by an emulator.
#include "catch.h"
#include "nightly.h"
#include "skip.h"
#include "tune/autotune.h"

namespace test_cross_tuning {

using nlohmann::json;

namespace {

bool can_cross() {
  const bool no_emulator = missing("qemu-aarch64", "apt: qemu-user"),
             no_compiler =
                 missing("aarch64-linux-gnu-gcc", "apt: gcc-aarch64-linux-gnu libc6-dev-arm64-cross");
  return !no_emulator && !no_compiler;
}

json tuned_for_cortex_a72(const std::filesystem::path& records, std::vector<std::string> more,
                          const std::vector<std::string>& environment = {}) {
  more.insert(more.end(), {"--cpu", "cortex-a72", "--runner", "qemu-aarch64"});
  const ProcessResult result = run_process(small_autotune(records, more), environment);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("autotune measures an AArch64 CPU's kernels with an emulator as the runner") {
  if (!can_cross()) return;
  const TemporaryFolder folder;
  const json result = tuned_for_cortex_a72(
      folder / "records",
      {"--candidates", mobilith::testing::nightly() ? "2" : "1", "--budget", "10m", "--limit", "2m"});
  CHECK(result["cpu"] == "cortex-a72");
  CHECK(result["kernels"].size() == small_kernels());
  for (const json& kernel : result["kernels"]) {
    INFO(kernel.dump());
    CHECK(kernel["seconds"].get<double>() > 0);
    CHECK(kernel["failed"].empty());
  }
  const json records = records_in(folder / "records");
  CHECK(records.size() == small_kernels());
  for (const json& record : records) {
    CHECK(record["cpu"] == "cortex-a72");
    CHECK(record["isa"] == "neon");
    CHECK(record["machine"]["lanes"] == 4);
  }
}

TEST_CASE("the runner has as many threads as the library will have") {
  if (!can_cross()) return;
  const TemporaryFolder folder;
  const json result = tuned_for_cortex_a72(
      folder / "records", {"--candidates", "0", "--limit", "2m", "--shard", "0/4", "--threads", "2"});
  CHECK(result["threads"] == 2);
  CHECK(!result["kernels"].empty());
  for (const json& kernel : result["kernels"]) {
    INFO(kernel.dump());
    CHECK(kernel["failed"].empty());
  }
  const json records = records_in(folder / "records");
  CHECK(!records.empty());
  for (const json& record : records) CHECK(record["threads"] == 2);
}

TEST_CASE("a candidate that computes something wrong on the runner is counted and never wins") {
  if (!can_cross()) return;
  const TemporaryFolder folder;
  const json result =
      tuned_for_cortex_a72(folder / "records", {"--candidates", "1", "--limit", "2m", "--shard", "0/4"},
                           {"MOBILITH_TUNE_FAULT=wrong:1"});
  int wrong = 0;
  for (const json& kernel : result["kernels"]) {
    CHECK(kernel["gain"] == 1.0);
    wrong += kernel["failed"].value("wrong", 0);
  }
  CHECK(wrong > 0);
}

}  // namespace test_cross_tuning
