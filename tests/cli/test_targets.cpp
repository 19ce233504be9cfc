// What `mobilith targets` answers, and wrong uses of the options that say where a library runs.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/errors.h"

namespace test_targets {

using nlohmann::json;

namespace {

ProcessResult targets(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {MOBILITH_PROGRAM, "targets"});
  const ProcessResult result = run_process(arguments);
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK(result.err.empty());
  return result;
}

json rows(std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.end(), {"--format", "json"});
  return json::parse(targets(arguments).out);
}

// A generate call with everything right but what is added; nothing is written.
void check_generate(const std::vector<std::string>& added, const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  std::vector<std::string> call{"generate",  "--net", "mobilenet_v1", "--weights",
                                "synthetic", "--out", folder / "tree"};
  call.insert(call.end(), added.begin(), added.end());
  check_refused(call, 2, words);
  CHECK(files_below(folder.path()).empty());
}

}  // namespace

TEST_CASE("targets lists every platform that the project promises, for machines") {
  std::set<std::string> names;
  for (const json& row : rows()) {
    INFO(row["target"]);
    names.insert(row["target"]);
    CHECK(!row["triple"].get<std::string>().empty());
    CHECK(!row["tested"].get<std::string>().empty());
    const bool msvc = row["target"].get<std::string>().ends_with("-msvc");
    CHECK(row["library"] == (msvc ? "NAME.lib" : "libNAME.a"));
    std::set<std::string> cpus;
    for (const json& cpu : row["cpus"]) {
      cpus.insert(cpu["cpu"]);
      CHECK(cpu["vector_bits"].get<int>() % 128 == 0);
      const std::string features = cpu["features"];  // none: the architecture's own alone
      CHECK((features.empty() || features.starts_with("+")));
      CHECK(!cpu["isa"].get<std::string>().empty());
      CHECK(cpu["l1_bytes"] < cpu["l2_bytes"]);
    }
    CHECK(cpus.size() == row["cpus"].size());
    if (row["default_cpu"] != "host") CHECK(cpus.count(row["default_cpu"]) == 1);
  }
  CHECK(names == std::set<std::string>{"x86_64-linux-gnu", "x86_64-linux-musl", "x86_64-macos",
                                       "x86_64-windows-msvc", "x86_64-windows-gnu", "aarch64-linux-gnu",
                                       "aarch64-linux-musl", "aarch64-macos", "aarch64-windows-msvc",
                                       "riscv64-linux-gnu", "riscv64-linux-musl", "wasm32-wasi"});
}

TEST_CASE("targets says the same to people, one line for each") {
  const std::string text = targets({}).out;
  for (const json& row : rows()) {
    const size_t at = text.find("\n" + row["target"].get<std::string>() + " ");
    INFO(row["target"]);
    REQUIRE(at != std::string::npos);
    const std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    for (const char* field : {"default_cpu", "library", "tested"})
      CHECK(line.find(row[field].get<std::string>()) != std::string::npos);
  }
}

TEST_CASE("targets TARGET lists its CPUs with their vectors and features") {
  const json row = rows({"aarch64-linux-gnu"});
  REQUIRE(row.size() == 1);
  CHECK(row[0]["target"] == "aarch64-linux-gnu");
  std::istringstream lines(targets({"aarch64-linux-gnu"}).out);
  std::string line;
  std::getline(lines, line);  // the heading
  for (const json& cpu : row[0]["cpus"]) {
    REQUIRE(std::getline(lines, line));
    CHECK(line.starts_with(cpu["cpu"].get<std::string>() + " "));
    CHECK(line.ends_with(cpu["features"].get<std::string>()));
    CHECK(line.find("+neon") != std::string::npos);
  }
  const std::string x86 = targets({"x86_64-linux-musl"}).out;
  for (const char* word : {"\nsapphirerapids ", "\nx86-64-v3 ", "+avx512vl", "avx512", "512"})
    CHECK(x86.find(word) != std::string::npos);
}

TEST_CASE("any triple that means a target is taken for it") {
  for (const auto& [triple, target] : {std::pair{"aarch64-apple-darwin", "aarch64-macos"},
                                       {"x86_64-pc-linux-musl", "x86_64-linux-musl"},
                                       {"wasm32-unknown-wasi", "wasm32-wasi"},
                                       {"riscv64-unknown-linux-gnu", "riscv64-linux-gnu"}})
    CHECK(rows({triple})[0]["target"] == target);
}

TEST_CASE("targets: near names for wrong ones, and each wrong use in one line") {
  check_refused({"targets", "aarch64-linux-gmu"}, 2, {"aarch64-linux-gmu", "aarch64-linux-gnu"});
  check_refused({"targets", "sparc-linux-gnu"}, 2, {"sparc-linux-gnu", "mobilith targets"});
  check_refused({"targets", ""}, 2, {"--target"});
  check_refused({"targets", "--format", "xml"}, 2, {"--format", "json"});
  check_refused({"targets", "x86_64-macos", "x86_64-linux-gnu"}, 2, {"TARGET"});
  check_refused({"targets", "--cpu", "host"}, 2, {"--cpu"});
}

TEST_CASE("generate: wrong uses of --target, --cpu, --bundle-runtime and --weights-file in one line") {
  check_generate({"--target", ""}, {"--target"});
  check_generate({"--target"}, {"--target"});
  check_generate({"--target", "x86_64"}, {"--target", "x86_64"});
  check_generate({"--target", "i686-linux-gnu"}, {"--target", "i686-linux-gnu"});
  check_generate({"--target", "x86_64-macos", "--target", "aarch64-macos"}, {"--target"});
  check_generate({"--target", "aarch64-linux-gnu", "--cpu", "cortex-a76,haswell"},
                 {"--cpu", "haswell", "aarch64-linux-gnu"});
  check_generate({"--target", "riscv64-linux-gnu", "--cpu", "sifive-u74"}, {"--cpu", "sifive-u74"});
  check_generate({"--cpu", ""}, {"--cpu"});
  check_generate({"--cpu", ",x86-64-v3"}, {"--cpu", ",x86-64-v3"});
  check_generate({"--cpu", "x86-64-v3,,x86-64-v4"}, {"--cpu"});
  check_generate({"--cpu", "x86-64-v3,x86-64-v33"}, {"--cpu", "x86-64-v33", "x86-64-v3"});
  check_generate({"--cpu", "x86-64-v3,x86-64-v3"}, {"--cpu", "leave one out"});
  check_generate({"--bundle-runtime=yes"}, {"--bundle-runtime"});
  check_generate({"--weights-file=w.bin"}, {"--weights-file"});
  check_generate({"--bundle-runtim"}, {"--bundle-runtim"});
}

}  // namespace test_targets
