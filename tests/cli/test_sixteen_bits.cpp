// Numbers of 16 bits: options, refusals, what the tree says, what the library is.
#include <cmath>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "nightly.h"
#include "skip.h"
#include "small_trees.h"

namespace test_sixteen_bits {

using nlohmann::json;

namespace {

json manifest_of(const std::string& tree) {
  return json::parse(read_text(folder() / tree / "share/net/manifest.json"));
}

// Of all kernels that products of 16 bits are in, one: inspect compiles each that it names loops of.
constexpr const char* one_kernel = "separable_4x4x64_4x4x64";

// One line that names all of these; nothing is written.
void check_refused(const std::vector<std::string>& options, const std::vector<std::string>& words) {
  const ProcessResult result = generate("refused", options);
  INFO(result.err);
  CHECK(result.code != 0);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  for (const std::string& word : words) CHECK(holds(result.err, word));
  CHECK(!std::filesystem::exists(folder() / "refused"));
}

}  // namespace

TEST_CASE("weights of 16 bits: the manifest, the header and the report say so, and they take half the room") {
  REQUIRE(generate("f32", {}).code == 0);
  const json f32 = manifest_of("f32");
  CHECK(!f32["configuration"].contains("weights_dtype"));
  CHECK(!f32["check"][0].contains("rounding"));
  for (const std::string type : {"bf16", "f16"}) {
    const ProcessResult made = generate(type, {"--weights-dtype", type});
    INFO(made.err);
    if (type == "f16" && holds(made.err, "no instruction")) continue;
    REQUIRE(made.code == 0);
    CHECK(holds(made.out, "numbers of 16 bits"));
    const json manifest = manifest_of(type);
    CHECK(manifest["configuration"]["dtype"] == "f32");
    CHECK(manifest["configuration"]["weights_dtype"] == type);
    CHECK(manifest["variants"][0]["machine"][type + "_weights"] == true);
    CHECK(manifest["params"] == f32["params"]);
    CHECK(holds(read_text(folder() / type / "include/net.h"), "with weights in " + type));
    // The classifier's and the pointwise layers' weights: nearly all of them.
    const double bytes = manifest["weights"]["bytes"], before = f32["weights"]["bytes"];
    CHECK(bytes < 0.56 * before);
    // Half a unit of the last place of each weight.
    const double rounding = manifest["check"][0]["rounding"];
    CHECK(rounding > 0);
    CHECK(rounding < (type == "bf16" ? 2e-2 : 3e-3));
    CHECK(manifest["check"][0]["largest_difference"] <= 1e-4);
    const ProcessResult verified =
        run_process({MOBILITH_PROGRAM, "verify", folder() / type, "--weights", "synthetic"});
    INFO(verified.out << verified.err);
    CHECK(verified.code == 0);
    CHECK(holds(verified.out, "of weights in " + type));
    const ProcessResult inspected = run_process(
        {MOBILITH_PROGRAM, "inspect", folder() / type, "--no-run", "--kernel", "0", "--format", "json"});
    INFO(inspected.err);
    CHECK(inspected.code == 0);
    CHECK(json::parse(inspected.out)["machine"] == manifest["variants"][0]["machine"]);
  }
}

TEST_CASE("the default name says how weights are stored") {
  const ProcessResult made = run_process(
      {MOBILITH_PROGRAM, "generate", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32",
       "--weights", "synthetic", "--weights-dtype", "bf16", "--no-check", "--out", folder() / "named"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(std::filesystem::exists(folder() / "named/include/mobilenet_v1_a0_25_d1_r32_f32_w_bf16.h"));
}

TEST_CASE("types that there are none of, and CPUs that lack their instructions, are refused by name") {
  check_refused({"--weights-dtype", "i8"}, {"--weights-dtype", "f32", "f16", "bf16", "i8"});
  check_refused({"--cpu", "x86-64-v2", "--weights-dtype", "f16"},
                {"--weights-dtype", "x86-64-v2", "F16C", "bf16"});
  check_refused({"--target", "riscv64-linux-gnu", "--weights-dtype", "f16"},
                {"--weights-dtype", "generic-rv64"});
  check_refused({"--target", "wasm32-wasi", "--weights-dtype", "f16"}, {"--weights-dtype", "F16C"});
  check_refused({"--cpu", "znver3", "--dtype", "bf16"}, {"--dtype", "znver3", "AVX512-BF16", "znver4"});
  check_refused({"--cpu", "znver4,znver3", "--dtype", "bf16"}, {"--dtype", "znver3"});
  check_refused({"--target", "aarch64-linux-gnu", "--dtype", "bf16"}, {"--dtype", "AVX512-BF16"});
  check_refused({"--target", "aarch64-linux-gnu", "--cpu", "cortex-a76", "--dtype", "bf16"},
                {"--dtype", "cortex-a76", "neoverse-v1"});
  check_refused({"--dtype", "f64"}, {"--dtype", "f32", "bf16", "f16", "f64"});
  check_refused({"--cpu", "x86-64-v2", "--dtype", "f16"}, {"--dtype", "x86-64-v2", "F16C"});
  check_refused({"--target", "riscv64-linux-gnu", "--dtype", "f16"}, {"--dtype", "generic-rv64"});
  check_refused({"--cpu", "znver4", "--dtype", "bf16", "--weights-dtype", "bf16"},
                {"--weights-dtype", "bf16"});
}

TEST_CASE("dtype bf16 uses the instruction, and says how far outputs are off the model in double") {
  const ProcessResult made = generate("dots", {"--cpu", "znver4", "--dtype", "bf16"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const json manifest = manifest_of("dots");
  CHECK(manifest["configuration"]["dtype"] == "bf16");
  CHECK(manifest["variants"][0]["machine"]["bf16_products"] == true);
  CHECK(holds(manifest["variants"][0]["features"], "+avx512bf16"));
  CHECK(manifest["ports"]["outputs"][0]["type"] == "f32");
  const ProcessResult code = run_process(
      {MOBILITH_PROGRAM, "inspect", folder() / "dots", "--asm", "--seconds", "0.1", "--kernel", one_kernel});
  INFO(code.err);
  CHECK(holds(code.out, "vdpbf16ps"));
  CHECK(holds(code.out, "vcvtneps2bf16"));
  const json& checked = manifest["check"][0];
  if (checked.contains("skipped")) return;  // shown where the instruction is
  CHECK(!holds(code.out, "not measured"));
  CHECK(holds(code.out, "of the bf16 products' peak"));
  const ProcessResult timed =
      run_process({MOBILITH_PROGRAM, "bench", folder() / "dots", "--seconds", "0.1", "--format", "json"});
  INFO(timed.err);
  CHECK(json::parse(timed.out)["peak_of"] == "products of bf16");
  CHECK(checked["rounding"] > 0);
  CHECK(checked["rounding"] < 5e-2);
}

TEST_CASE("dtype f16 rounds what it multiplies, and verify says the same as the library") {
  const ProcessResult made = generate("halves", {"--dtype", "f16"});
  INFO(made.err);
  if (holds(made.err, "no instruction")) return skip("this CPU has no F16C");
  REQUIRE(made.code == 0);
  const json manifest = manifest_of("halves");
  CHECK(manifest["configuration"]["dtype"] == "f16");
  CHECK(manifest["variants"][0]["machine"]["f16_products"] == true);
  CHECK(manifest["ports"]["outputs"][0]["type"] == "f32");
  const json& checked = manifest["check"][0];
  CHECK(checked["largest_difference"] <= 5e-4);
  CHECK(checked["rounding"] > 0);
  CHECK(checked["rounding"] < 5e-3);
  const ProcessResult verified =
      run_process({MOBILITH_PROGRAM, "verify", folder() / "halves", "--weights", "synthetic"});
  INFO(verified.out << verified.err);
  CHECK(verified.code == 0);
}

TEST_CASE("on ARM products of 16 bits are instructions of their own") {
  for (const auto& [dtype, instruction] : {std::pair{"f16", "fmlal"}, {"bf16", "bfdot"}}) {
    const std::string tree = std::string("arm_") + dtype;
    const ProcessResult made =
        generate(tree, {"--target", "aarch64-linux-gnu", "--cpu", "neoverse-v1", "--dtype", dtype});
    INFO(made.err);
    REQUIRE(made.code == 0);
    const ProcessResult code =
        run_process({MOBILITH_PROGRAM, "inspect", folder() / tree, "--asm", "--kernel", one_kernel});
    INFO(code.err);
    CHECK(holds(code.out, instruction));
    CHECK(holds(code.out, std::string("products of ") + dtype + ", added up in f32"));
    // The form that takes an element of a register, whose loads bring eight inputs: nothing is spread to all
    // lanes.
    const ProcessResult counted = run_process(
        {MOBILITH_PROGRAM, "inspect", folder() / tree, "--kernel", one_kernel, "--format", "json"});
    INFO(counted.err);
    bool good = false;
    const json inspected = json::parse(counted.out);
    for (const json& kernel : inspected["kernels"])
      for (const json& loop : kernel["inner_loops"])
        if (loop["accumulates"] == true && loop["fmas"] >= 32)
          good = good || (loop["spills"] == 0 && loop["instructions"] <= 1.45 * loop["fmas"].get<double>());
    CHECK(good);
  }
}

TEST_CASE("kernels of bf16 and f16 are tuned; their records are theirs alone") {
  const std::string records = folder() / "records";
  std::filesystem::create_directories(records);
  std::vector<std::string> network{"--weights", MOBILITH_TEST_DATA "/small_network.onnx"}, model = network;
  if (mobilith::testing::nightly()) {
    network = {"--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32"}, model = network;
    model.insert(model.end(), {"--weights", "synthetic"});
  }
  const auto generated = [&](const std::string& tree, const std::string& dtype) {
    std::vector<std::string> call{
        MOBILITH_PROGRAM, "generate", "--cpu",           "znver4", "--dtype", dtype,   "--no-check",
        "--schedules",    records,    "--require-tuned", "--name", "net",     "--out", folder() / tree};
    call.insert(call.end(), model.begin(), model.end());
    return run_process(call);
  };
  for (const std::string dtype : {"bf16", "f16"}) {
    INFO(dtype);
    const ProcessResult before = generated("untuned", dtype);
    CHECK(before.code != 0);
    CHECK(holds(before.err, "mobilith autotune"));
    CHECK(holds(before.err, "--dtype " + dtype));
    std::vector<std::string> call{MOBILITH_PROGRAM, "autotune",     "--cpu", "znver4",      "--dtype", dtype,
                                  "--static",       "--candidates", "0",     "--schedules", records};
    call.insert(call.end(), network.begin(), network.end());
    const ProcessResult tuned = run_process(call);
    INFO(tuned.err);
    REQUIRE(tuned.code == 0);
    const ProcessResult made = generated(dtype + "_tuned", dtype);
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK(manifest_of(dtype + "_tuned")["variants"][0]["kernels"][0]["schedule_source"] ==
          "predicted for znver4");
  }
  CHECK(generated("f32_untuned", "f32").code != 0);
}

TEST_CASE("the tuner compares kernels of bf16 with what rounds as they do", "[.measured]") {
  const ProcessResult tuned =
      run_process({MOBILITH_PROGRAM, "autotune", "--net", "mobilenet_v2", "--alpha", "0.35", "--resolution",
                   "32", "--cpu", "znver4", "--dtype", "bf16", "--candidates", "0", "--schedules",
                   folder() / "measured", "--format", "json"});
  if (holds(tuned.err, "lacks instructions")) return skip("this CPU has no AVX512-BF16");
  INFO(tuned.err);
  REQUIRE(tuned.code == 0);
  const json report = json::parse(tuned.out);
  REQUIRE(!report["kernels"].empty());
  for (const json& kernel : report["kernels"]) {
    INFO(kernel.at("kernel"));
    CHECK(kernel["seconds"] > 0);
    CHECK(kernel["failed"].empty());
  }
}

}  // namespace test_sixteen_bits
