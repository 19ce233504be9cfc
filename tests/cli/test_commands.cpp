// What describe, generate and bench answer.
#include <sched.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "catch.h"
#include "process.h"

namespace test_commands {

using nlohmann::json;

namespace {

ProcessResult mobilith(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) {
  arguments.insert(arguments.begin(), MOBILITH_PROGRAM);
  return run_process(arguments, environment);
}

json parsed(const ProcessResult& result) {
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

std::vector<std::string> small(const std::filesystem::path& out) {
  return {"generate", "--net",     "mobilenet_v1", "--alpha", "0.25", "--resolution",
          "32",       "--weights", "synthetic",    "--out",   out};
}

}  // namespace

TEST_CASE("describe says what a network is, for people and for machines") {
  const json d = parsed(mobilith({"describe", "--net", "mobilenet_v2", "--alpha", "1.4", "--resolution",
                                  "224x160", "--format", "json"}));
  CHECK(d["net"] == "mobilenet_v2");
  CHECK(d["alpha"] == 1.4);
  CHECK(d["depth_multiplier"] == 1);
  CHECK(d["resolution"] == json{224, 160});
  CHECK(d["classes"] == 1000);
  int64_t params = 0, madds = 0;
  for (const json& layer : d["layers"])
    params += layer["params"].get<int64_t>(), madds += layer["madds"].get<int64_t>();
  CHECK(params == d["params"].get<int64_t>());
  CHECK(madds == d["madds"].get<int64_t>());
  CHECK(d["params_deployed"].get<int64_t>() < params);
  CHECK(d["weights_bytes"].get<int64_t>() == 4 * d["params_deployed"].get<int64_t>());

  const ProcessResult text = mobilith({"describe", "--net", "mobilenet_v1"});
  CHECK(text.code == 0);
  for (const char* word :
       {"conv_pw_13", "7x7x1024", "4253864", "568740352", "share", "weights", "activations"})
    CHECK(text.out.find(word) != std::string::npos);
}

TEST_CASE("generate writes the tree that it promises, and no more") {
  const TemporaryFolder folder;
  std::vector<std::string> call = small(folder / "tree");
  call.insert(call.end(), {"--format", "json"});
  const json printed = parsed(mobilith(call));
  CHECK(files_below(folder / "tree") ==
        std::vector<std::string>{
            "include/mobilenet_v1_a0_25_d1_r32_f32.h", "include/mobilith.h",
            "lib/cmake/mobilenet_v1_a0_25_d1_r32_f32/mobilenet_v1_a0_25_d1_r32_f32-config-version.cmake",
            "lib/cmake/mobilenet_v1_a0_25_d1_r32_f32/mobilenet_v1_a0_25_d1_r32_f32-config.cmake",
            "lib/libmobilenet_v1_a0_25_d1_r32_f32.a", "lib/libmobilith_runtime.a",
            "lib/pkgconfig/mobilenet_v1_a0_25_d1_r32_f32.pc",
            "share/mobilenet_v1_a0_25_d1_r32_f32/manifest.json",
            "share/mobilenet_v1_a0_25_d1_r32_f32/sbom.spdx.json"});
  const json manifest =
      json::parse(read_text(folder / "tree/share/mobilenet_v1_a0_25_d1_r32_f32/manifest.json"));
  CHECK(manifest["name"] == printed["name"]);
  CHECK(manifest["weights"] == printed["weights"]);
  CHECK(manifest["target"]["name"] == printed["target"]);
  REQUIRE(manifest["variants"].size() == 1);
  const json& variant = manifest["variants"][0];
  // The largest neighbours: 16 x 16 x 8 and 16 x 16 x 16 floats.
  CHECK(variant["memory"]["arena_bytes"] == 4 * 16 * 16 * (8 + 16));
  CHECK(variant["memory"]["arena_lower_bound"] == 4 * 16 * 16 * (8 + 16));
  CHECK(manifest["configuration"]["alpha"] == 0.25);
  std::set<std::string> kernels;
  for (const json& kernel : variant["kernels"]) {
    CHECK(kernel["schedule"].is_object());
    const std::string source = kernel["schedule_source"];
    CHECK((source == "default" || source.starts_with("tuned for ")));
    kernels.insert(kernel["name"]);
  }
  CHECK(kernels.size() == variant["kernels"].size());
  for (const json& step : variant["steps"]) CHECK(kernels.count(step["kernel"]) == 1);
  CHECK(variant["steps"].size() == 15);
  CHECK(variant["kernels"].size() == 11);  // equal shapes share one
}

TEST_CASE("manifest and header say what the library ends in: the model's own end by default") {
  for (const auto& [options, kind, word] :
       {std::tuple{std::vector<std::string>{}, "softmax", "probabilities"},
        {std::vector<std::string>{"--output", "model"}, "softmax", "probabilities"},
        {std::vector<std::string>{"--output", "probabilities"}, "softmax", "probabilities"},
        {std::vector<std::string>{"--output", "logits"}, "linear", "logits"}}) {
    const TemporaryFolder folder;
    std::vector<std::string> call = small(folder / "tree");
    call.insert(call.end(), {"--name", "net"});
    call.insert(call.end(), options.begin(), options.end());
    REQUIRE(mobilith(call).code == 0);
    const json manifest = json::parse(read_text(folder / "tree/share/net/manifest.json"));
    CHECK(manifest["output"]["kind"] == kind);
    CHECK(manifest["configuration"]["output"] == word);
    CHECK(read_text(folder / "tree/include/net.h").find("Output: " + std::string(word)) != std::string::npos);
  }
}

TEST_CASE("the manifest says how each CPU's code multiplies, and the option decides it") {
  const TemporaryFolder folder;
  for (const auto& [products, znver4, other] : {std::tuple{"auto", "paired", "direct"},
                                                {"direct", "direct", "direct"},
                                                {"paired", "paired", "paired"}}) {
    std::vector<std::string> call = small(folder / products);
    call.insert(call.end(), {"--name", "net", "--target", "x86_64-linux-gnu", "--cpu", "znver4,x86-64-v3",
                             "--products", products, "--outputs", "separable_3"});
    REQUIRE(mobilith(call).code == 0);
    const json manifest = json::parse(read_text(folder.path() / products / "share/net/manifest.json"));
    REQUIRE(manifest["variants"].size() == 2);
    CHECK(manifest["variants"][0]["products"] == znver4);
    CHECK(manifest["variants"][1]["products"] == other);
  }
}

TEST_CASE("an equal tree may be written again, and another library beside it") {
  const TemporaryFolder folder;
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  std::vector<std::string> other = small(folder / "tree");
  other.insert(other.end(), {"--name", "another"});
  REQUIRE(mobilith(other).code == 0);
  const ProcessResult unclear = mobilith({"bench", folder / "tree", "--seconds", "0.1"});
  CHECK(unclear.code == 1);
  CHECK(unclear.err.find("--name: another, mobilenet_v1_a0_25_d1_r32_f32") != std::string::npos);
}

// It was made first and failed then, with a tree that the next run found.
TEST_CASE("a path that is no UTF-8 is one like any other") {
  const TemporaryFolder folder;
  std::vector<std::string> call = small(folder.path() / "\xff");
  call.insert(call.end(), {"--format", "json"});
  const ProcessResult result = mobilith(call);
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK(nlohmann::json::parse(result.out).at("kernels") > 3);
  CHECK(std::filesystem::exists(folder.path() / "\xff" / "lib"));
}

TEST_CASE("bench measures every kernel and the peak") {
  const TemporaryFolder folder;
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  const json network = parsed(mobilith(
      {"describe", "--net", "mobilenet_v1", "--alpha", "0.25", "--resolution", "32", "--format", "json"}));
  for (const char* threads : {"1", "2"}) {
    const json b = parsed(
        mobilith({"bench", folder / "tree", "--threads", threads, "--seconds", "0.2", "--format", "json"}));
    CHECK(b["rounds"] >= 10);
    CHECK(b["peak_gflops_per_core"] > 0);
    CHECK(b["share_of_peak"] > 0);
    CHECK(b["seconds"]["min"] <= b["seconds"]["median"]);
    CHECK(b["seconds"]["median"] <= b["seconds"]["p99"]);
    int64_t madds = 0;
    for (const json& kernel : b["kernels"]) {
      madds += kernel["madds"].get<int64_t>();
      for (const char* field : {"bytes", "gflops", "share_of_peak"}) CHECK(kernel[field] > 0);
      CHECK(kernel["seconds"]["min"] > 0);
    }
    CHECK(madds == network["madds"].get<int64_t>());
  }
  const ProcessResult table = mobilith({"bench", folder / "tree", "--seconds", "0.1"});
  CHECK(table.code == 0);
  for (const char* word : {"separable_13", "of peak", "GB/s", "median", "p99"})
    CHECK(table.out.find(word) != std::string::npos);
}

TEST_CASE("bench compares threads with the cores that it may use, not with as many as there are threads") {
  const TemporaryFolder folder;
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  const std::string core = std::to_string(sched_getcpu());
  std::vector<std::string> call{"taskset",       "-c",        core, MOBILITH_PROGRAM, "bench",
                                folder / "tree", "--threads", "64", "--seconds",      "0.1"};
  const ProcessResult text = run_process(call);
  INFO(text.err);
  CHECK(text.code == 0);
  CHECK(text.out.find("on one core; 1 core (all that this process may use): ") != std::string::npos);
  call.insert(call.end(), {"--format", "json"});
  const json b = parsed(run_process(call));
  CHECK(b["threads"] == 64);
  CHECK(b["cores"] == 1);
  CHECK(b["peak_gflops"] == b["peak_gflops_per_core"]);
  const double share = b["gflops"].get<double>() / b["peak_gflops"].get<double>();
  CHECK(std::abs(b["share_of_peak"].get<double>() - share) < 1e-9);
}

TEST_CASE("bench counts the runs of several sessions, which share the weights") {
  const TemporaryFolder folder;
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  const auto bench = [&](const char* sessions) {
    return parsed(mobilith({"bench", folder / "tree", "--sessions", sessions, "--seconds", "0.1", "--format",
                            "json"}))
        .at("throughput");
  };
  const json one = bench("1"), three = bench("3");
  CHECK(one["sessions"] == 1);
  CHECK(three["sessions"] == 3);
  CHECK(three["cores"] <= 3);
  for (const char* field : {"runs_per_second", "one_session_runs_per_second"}) CHECK(three[field] > 0);
  CHECK(three["session_bytes"] == one["session_bytes"]);
  CHECK(three["weights_bytes"] == one["weights_bytes"]);
  const ProcessResult text = mobilith({"bench", folder / "tree", "--sessions", "2", "--seconds", "0.1"});
  CHECK(text.out.find("sessions  2 on ") != std::string::npos);
  CHECK(text.out.find("of weights once") != std::string::npos);
  for (const char* wrong : {"0", "65", "two"})
    CHECK(mobilith({"bench", folder / "tree", "--sessions", wrong}).err.find("--sessions") !=
          std::string::npos);
}

TEST_CASE("bench --large-pages times a run with and one without, beside what it measures anyway") {
  const TemporaryFolder folder;
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  const auto bench = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"bench", folder / "tree", "--seconds", "0.1"};
    words.insert(words.end(), more.begin(), more.end());
    return mobilith(words);
  };
  CHECK(parsed(bench({"--format", "json"})).count("large_pages") == 0);
  const json both = parsed(bench({"--large-pages", "--sessions", "2", "--format", "json"}));
  CHECK(both.count("throughput") == 1);
  const json& pages = both["large_pages"];
  for (const char* which : {"seconds", "seconds_without"})
    for (const char* field : {"min", "median", "p99"}) CHECK(pages[which][field] > 0);
  CHECK(pages["rounds"] >= 10);
  CHECK(pages["bytes_in_large_pages"] == 0);  // it has less than one of weights: nothing is copied
  CHECK(bench({"--large-pages"}).out.find("0.00 MB in large pages: less than one") != std::string::npos);
  CHECK(bench({}).out.find("large pages") == std::string::npos);
}

TEST_CASE("bench refuses what is no tree of ours, and a damaged library") {
  const TemporaryFolder folder;
  CHECK(mobilith({"bench", folder / "nothing"}).err.find("no such folder") != std::string::npos);
  CHECK(mobilith({"bench", folder.path()}).err.find("no generated library") != std::string::npos);
  REQUIRE(mobilith(small(folder / "tree")).code == 0);
  const std::filesystem::path archive = folder / "tree/lib/libmobilenet_v1_a0_25_d1_r32_f32.a";
  const std::string whole = read_text(archive);
  for (const std::string& bytes :
       {std::string(), whole.substr(0, 100), whole.substr(0, whole.size() / 2), std::string("no archive")}) {
    write_text(archive, bytes);
    const ProcessResult result = mobilith({"bench", folder / "tree"});
    INFO(result.err);
    CHECK(result.code == 1);
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  }
  write_text(archive, whole.substr(0, whole.size() - 1000));
  CHECK(mobilith({"bench", folder / "tree"}).err.find("cut short") != std::string::npos);
  std::filesystem::remove(archive);
  CHECK(mobilith({"bench", folder / "tree"}).code == 1);
}

}  // namespace test_commands
