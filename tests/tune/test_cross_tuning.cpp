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

// A file of bytes, with its own code on CPUs that have dot products.
json tuned_bytes(const std::string& cpu, const std::filesystem::path& records,
                 const std::vector<std::string>& more, const std::vector<std::string>& environment = {}) {
  std::vector<std::string> options{"--cpu",   cpu,  "--runner", "qemu-aarch64",
                                   "--limit", "2m", "--budget", "10m"};
  options.insert(options.end(), more.begin(), more.end());
  const ProcessResult result = run_process(
      autotune_of({"--weights", MOBILITH_TEST_DATA "/quantised/network_u8.tflite"}, records, options),
      environment);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

json tuned_for_cortex_a72(const std::filesystem::path& records, std::vector<std::string> more,
                          const std::vector<std::string>& environment = {}) {
  more.insert(more.end(), {"--cpu", "cortex-a72", "--runner", "qemu-aarch64"});
  const ProcessResult result = run_process(small_autotune(records, more), environment);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

void check_wrong_ones_lost(const json& result) {
  int wrong = 0;
  for (const json& kernel : result["kernels"]) {
    CHECK(kernel["gain"] == 1.0);
    wrong += kernel["failed"].value("wrong", 0);
  }
  CHECK(wrong > 0);
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
  check_wrong_ones_lost(result);
}

TEST_CASE("autotune measures kernels of bytes with an emulator as the runner, on threads, too") {
  if (!can_cross()) return;
  const bool all = mobilith::testing::nightly();
  for (const std::string cpu : {"neoverse-n1", "cortex-a72"}) {
    const TemporaryFolder folder;
    const json result = tuned_bytes(cpu, folder / "records",
                                    {"--candidates", all ? "2" : "1", "--shard", all ? "0/1" : "0/3",
                                     "--threads", cpu == "neoverse-n1" ? "2" : "1"});
    CHECK(!result["kernels"].empty());
    for (const json& kernel : result["kernels"]) {
      INFO(kernel.dump());
      CHECK(kernel["seconds"].get<double>() > 0);
      CHECK(kernel["failed"].empty());
    }
    const json records = records_in(folder / "records");
    CHECK(records.size() == result["kernels"].size());
    for (const json& record : records) {
      CHECK(record["cpu"] == cpu);
      CHECK(record["dtype"] == "u8");
    }
  }
}

TEST_CASE("a candidate with one wrong byte on the runner is counted and never wins") {
  if (!can_cross()) return;
  const TemporaryFolder folder;
  const json result = tuned_bytes("neoverse-n1", folder / "records", {"--candidates", "1", "--shard", "0/3"},
                                  {"MOBILITH_TUNE_FAULT=wrong:1"});
  check_wrong_ones_lost(result);
}

}  // namespace test_cross_tuning
