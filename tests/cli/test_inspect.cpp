// mobilith inspect: what it says of a library, and how it refuses what is none.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cli/errors.h"

namespace test_inspect {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

void generate(const fs::path& tree, const std::vector<std::string>& more) {
  std::vector<std::string> call{
      MOBILITH_PROGRAM, "generate",  "--net",       "mobilenet_v1", "--alpha", "0.25", "--resolution", "32",
      "--weights",      "synthetic", "--schedules", "none",         "--name",  "net",  "--out",        tree};
  call.insert(call.end(), more.begin(), more.end());
  const ProcessResult result = run_process(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
}

// One small tree for all tests of this program.
const fs::path& tree() {
  static const TemporaryFolder folder;
  static const fs::path path = [] {
    generate(folder / "tree", {});
    return folder / "tree";
  }();
  return path;
}

ProcessResult inspect(const fs::path& tree, const std::vector<std::string>& more) {
  std::vector<std::string> words{MOBILITH_PROGRAM, "inspect", tree};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words);
}

json inspected(const fs::path& tree, std::vector<std::string> more) {
  more.insert(more.end(), {"--format", "json"});
  const ProcessResult result = inspect(tree, more);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

// A copy of the tree that a test may damage.
void copy_tree(const fs::path& to) { fs::copy(tree(), to, fs::copy_options::recursive); }

}  // namespace

TEST_CASE(
    "every kernel is inspected: loops with Halide's names, their counts, cycles and bytes, and its measured "
    "time") {
  const json found = inspected(tree(), {"--seconds", "0.05"});
  CHECK(found["kernels"].size() == 11);
  CHECK(found["not_measured"] == "");
  CHECK(found["peak_gflops_per_core"].get<double>() > 0);
  for (const json& kernel : found["kernels"]) {
    INFO(kernel.dump(1));
    CHECK(kernel["unnamed"] == "");
    CHECK(!kernel["blocks"].empty());
    CHECK(kernel["predicted"]["cycles"].get<double>() > 0);
    const auto share = kernel["predicted"]["share_of_peak"].get<double>();
    CHECK(share > 0);
    CHECK(share <= (found["machine"]["pair_vectors"] > 0 ? 1.501 : 1.001));
    CHECK(kernel["measured"]["seconds"].get<double>() > 0);
    const json& bytes = kernel["bytes"];
    CHECK(bytes["l1"].get<double>() >= bytes["beyond"].get<double>());
    CHECK(bytes["l2"].get<double>() >= bytes["beyond"].get<double>());
    CHECK(bytes["beyond"].get<double>() > 0);
    int products = 0;
    for (const json& loop : kernel["inner_loops"]) {
      if (loop["fmas"].get<int>() == 0 || !loop["innermost"].get<bool>()) continue;
      products++;
      CHECK(loop["name"].is_string());
      CHECK(loop["cycles"].get<double>() >= loop["peak_cycles"].get<double>() * 0.999);
      CHECK(loop["registers"].get<int>() > 0);
      CHECK(!loop.contains("code"));
    }
    CHECK(products > 0);
  }
}

TEST_CASE("the vector multiply-adds of all loops together are the kernel's, where no channel is padding") {
  // Of a pointwise convolution's 64 inputs, paired products take 40 two by two: 44 multiplications.
  for (const auto& [products, least, most] : {std::tuple{"direct", 0.85, 1.25}, {"paired", 0.6, 0.8}}) {
    const TemporaryFolder folder;
    generate(folder / "tree", {"--products", products});
    // 16 channels and more fill vectors of every CPU; tiles that overlap at an edge compute pixels twice, so
    // a shape whose tile divides it.
    const json found = inspected(folder / "tree", {"--no-run", "--kernel", "separable_4x4x64_4x4x64"});
    REQUIRE(found["kernels"].size() == 1);
    const json& kernel = found["kernels"][0];
    const double lanes = found["vector_bits"].get<double>() / 32,
                 multiplied = kernel["predicted"]["vector_fmas"].get<double>() * lanes;
    INFO(products << ": " << multiplied << " of " << kernel["madds"]);
    CHECK(multiplied >= least * kernel["madds"].get<double>());
    CHECK(multiplied <= most * kernel["madds"].get<double>());
  }
}

TEST_CASE("--no-run measures nothing and says so") {
  const json found = inspected(tree(), {"--no-run", "--kernel", "0"});
  CHECK(found["not_measured"] == "not measured: --no-run");
  CHECK(found["kernels"].size() == 1);
  CHECK(found["kernels"][0]["measured"].is_null());
}

TEST_CASE("--asm prints the code of the main loops inside the loops that they are in") {
  const TemporaryFolder folder;
  generate(folder / "tree", {"--cpu", "x86-64-v3"});  // whose tiles lie in loops on every machine
  const ProcessResult result =
      inspect(folder / "tree", {"--no-run", "--kernel", "separable_4x4x64_4x4x64", "--asm"});
  INFO(result.out);
  CHECK(result.code == 0);
  for (const char* words :
       {"for output.s0.", "for sum.s1.k", "by the line table", "vfmadd", "Inferred", "by a model"})
    CHECK(result.out.find(words) != std::string::npos);
  const json found = inspected(folder / "tree", {"--no-run", "--kernel", "separable_4x4x64_4x4x64", "--asm"});
  bool code = false;
  for (const json& loop : found["kernels"][0]["inner_loops"]) {
    int products = 0;
    for (const json& line : loop["code"])
      products += line.get<std::string>().find("vfmadd") == 0 || line.get<std::string>().find("vfnmadd") == 0;
    if (!loop["code"].empty()) CHECK(products == loop["fmas"].get<int>());
    code = code || products > 0;
  }
  CHECK(code);
}

TEST_CASE("a kernel's name that is not there brings near names") {
  check_refused({"inspect", tree(), "--kernel", "separable_4x4x64_4x4x46"}, 2,
                {"--kernel", "'separable_4x4x64_4x4x46'", "separable_4x4x64_4x4x64"});
  check_refused({"inspect", tree(), "--kernel", "11"}, 2, {"--kernel", "0 to 10"});
  check_refused({"inspect", tree(), "--name", "nett"}, 1, {"'nett'", "net"});
  check_refused({"inspect", tree(), "--no-run", "--seconds", "1"}, 2, {"--no-run", "--seconds"});
  check_refused({"inspect", tree(), "--seconds", "0"}, 2, {"--seconds"});
  check_refused({"inspect"}, 2, {"DIR"});
}

TEST_CASE("a folder without a library, a damaged archive or manifest: one line that names the file") {
  const TemporaryFolder folder;
  check_refused({"inspect", folder / "nothing"}, 1, {"nothing", "no such folder"});
  check_refused({"inspect", folder.path()}, 1, {"no generated library here"});
  copy_tree(folder / "copy");
  const std::string archive = read_text(folder / "copy/lib/libnet.a"),
                    manifest = read_text(folder / "copy/share/net/manifest.json");
  for (const std::string& broken : {std::string("no archive"), archive.substr(0, archive.size() / 300),
                                    archive.substr(0, 200), std::string()}) {
    write_text(folder / "copy/lib/libnet.a", broken);
    check_refused({"inspect", folder / "copy", "--no-run"}, 1, {"libnet.a"});
  }
  fs::remove(folder / "copy/lib/libnet.a");
  check_refused({"inspect", folder / "copy", "--no-run"}, 1, {"libnet.a"});
  write_text(folder / "copy/lib/libnet.a", archive);
  for (const char* broken :
       {"", "{", "{}", "[]", R"({"target": 7})", R"({"variants": []})", R"({"variants": [{"cpu": "x"}]})"}) {
    write_text(folder / "copy/share/net/manifest.json", broken);
    check_refused({"inspect", folder / "copy", "--no-run"}, 1, {"manifest.json"});
  }
  // Values in each other are copied and compared by recursion.
  const size_t at = manifest.find("\"schedule\":") + 11;
  REQUIRE(at > 11);
  std::string deep = manifest.substr(0, at);
  for (const char* part : {"{\"a\":", "0", "}"})
    for (int i = 0; i < (*part == '0' ? 1 : 300000); i++) deep += part;
  write_text(folder / "copy/share/net/manifest.json", deep + ", \"was\":" + manifest.substr(at));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"inspect", folder / "copy", "--no-run"},
        {"bench", folder / "copy"},
        {"verify", folder / "copy", "--weights", "synthetic"}})
    check_refused(command, 1, {"manifest.json", "nested deeper"});
}

TEST_CASE(
    "code that this program would compile otherwise keeps its counts and loses its names, with the reason") {
  const TemporaryFolder folder;
  copy_tree(folder / "copy");
  json manifest = json::parse(read_text(folder / "copy/share/net/manifest.json"));
  json& schedule = manifest["variants"][0]["kernels"][1]["schedule"];
  schedule["depthwise_pixels"] = schedule["depthwise_pixels"] == 1 ? 2 : 1;
  write_text(folder / "copy/share/net/manifest.json", manifest.dump());
  const ProcessResult result = run_process(
      {MOBILITH_PROGRAM, "inspect", folder / "copy", "--no-run", "--kernel", "1", "--format", "json"});
  INFO(result.err);
  REQUIRE(result.code == 0);
  const json kernel = json::parse(result.out)["kernels"][0];
  CHECK(kernel["unnamed"].get<std::string>().find("other code") != std::string::npos);
  for (const json& loop : kernel["inner_loops"]) CHECK(loop["name"].is_null());
  CHECK(!kernel["inner_loops"].empty());
}

// Of the machine a manifest has what records are kept by; what else layouts and default schedules follow is
// the CPU's.
TEST_CASE("every kernel is compiled to the code that the library has, whatever the CPU") {
  const TemporaryFolder folder;
  const std::tuple<const char*, const char*, const char*> libraries[] = {
      {"cortex-a72", "mobilenet_v1", "0.25"}, {"znver4", "mobilenet_v2", "0.35"}};
  for (const auto& [cpu, net, alpha] : libraries) {
    INFO(cpu);
    const ProcessResult made =
        run_process({MOBILITH_PROGRAM, "generate", "--net", net, "--alpha", alpha, "--resolution", "32",
                     "--cpu", cpu, "--no-check", "--weights", "synthetic", "--out", folder / cpu});
    INFO(made.err);
    REQUIRE(made.code == 0);
    const ProcessResult result =
        run_process({MOBILITH_PROGRAM, "inspect", folder / cpu, "--no-run", "--format", "json"});
    INFO(result.err);
    REQUIRE(result.code == 0);
    const json kernels = json::parse(result.out)["kernels"];
    CHECK(kernels.size() > 10);
    for (const json& kernel : kernels) {
      INFO(kernel["kernel"]);
      CHECK(kernel["unnamed"] == "");
    }
  }
}

TEST_CASE("a library for several CPUs and one for another architecture are inspected alike") {
  const TemporaryFolder folder;
  auto generated = [&](const char* name, const std::vector<std::string>& more) {
    std::vector<std::string> call{MOBILITH_PROGRAM, "generate",     "--net", "mobilenet_v1", "--alpha",
                                  "0.25",           "--resolution", "32",    "--weights",    "synthetic",
                                  "--name",         "net",          "--out", folder / name};
    call.insert(call.end(), more.begin(), more.end());
    const ProcessResult result = run_process(call);
    INFO(result.err);
    REQUIRE(result.code == 0);
  };
  auto kernel = [&](const char* name, std::vector<std::string> more) {
    std::vector<std::string> call{MOBILITH_PROGRAM,          "inspect",  folder / name, "--kernel",
                                  "separable_4x4x64_4x4x64", "--format", "json"};
    call.insert(call.end(), more.begin(), more.end());
    const ProcessResult result = run_process(call);
    INFO(result.err);
    REQUIRE(result.code == 0);
    const json found = json::parse(result.out);
    CHECK(found["kernels"][0]["unnamed"] == "");
    CHECK(!found["kernels"][0]["inner_loops"].empty());
    return found;
  };
  generated("levels", {"--cpu", "x86-64-v3,x86-64-v4"});
  CHECK(kernel("levels", {"--cpu", "x86-64-v3", "--no-run"})["vector_bits"] == 256);
  CHECK(kernel("levels", {"--cpu", "x86-64-v4", "--no-run"})["vector_bits"] == 512);
  CHECK(kernel("levels", {"--no-run"})["cpu"] == "x86-64-v4");
  check_refused({"inspect", folder / "levels", "--cpu", "x86-64-v2"}, 1,
                {"--cpu", "'x86-64-v2'", "x86-64-v3"});
  generated("arm", {"--target", "aarch64-linux-gnu"});
  const json arm = kernel("arm", {});
  CHECK(arm["not_measured"].get<std::string>().find("aarch64-linux-gnu") != std::string::npos);
  CHECK(arm["kernels"][0]["measured"].is_null());
  generated("riscv", {"--target", "riscv64-linux-gnu", "--cpu", "spacemit-x60"});
  const json riscv = kernel("riscv", {});
  CHECK(riscv["vector_bits"] == 256);
  for (const json& loop : riscv["kernels"][0]["inner_loops"])
    if (loop["fmas"].get<int>() > 0) CHECK(loop["bits"] == 256);
  generated("wasm", {"--target", "wasm32-wasi"});
  check_refused({"inspect", folder / "wasm"}, 1, {"LLVM can't take code for wasm32-unknown-wasi apart"});
}

}  // namespace test_inspect
