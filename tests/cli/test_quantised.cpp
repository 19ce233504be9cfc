// A quantised file from the command line to an application: the bytes that it gets are LiteRT's.
#include <nlohmann/json.hpp>
#include <tuple>

#include "catch.h"
#include "nightly.h"
#include "process.h"

namespace test_quantised {

using nlohmann::json;

namespace {

const std::string data = MOBILITH_TEST_DATA "/quantised/";

// The image is the one of make_fixtures.py's formula().
constexpr const char* application = R"(
#include <net.h>
#include <stdio.h>
_Static_assert(NET_INPUT_BYTES == 33 * 35 * 3, "bytes, not floats");
_Static_assert(NET_CLASSES == 37 && NET_OUTPUT_BYTES == 37, "a byte for each class");
static unsigned char image[NET_INPUT_BYTES], shares[NET_OUTPUT_BYTES];
int main(void) {
  unsigned state = 12345;
  mobilith_session *session;
  /* asked once: the answer takes CPUID, which virtual machines are slow at */
  const int sign = mobilith_model_input(&net, 0)->type == MOBILITH_I8 ? 128 : 0;
  for (size_t i = 0; i < sizeof image; i++) {
    state = (state * 1103515245u + 12345u) & 0x7fffffffu;
    image[i] = (unsigned char)((state >> 16 & 255) ^ sign);
  }
  if (mobilith_session_create(&net, NULL, &session) != MOBILITH_OK) return 1;
  if (mobilith_run(session, image, sizeof image, shares, sizeof shares) != MOBILITH_OK) return 2;
  mobilith_session_destroy(session);
  for (size_t i = 0; i < sizeof shares; i++) printf("%02x", shares[i]);
  fprintf(stderr, "%.9g %d %.9g %d", NET_OUTPUT_SCALE, NET_OUTPUT_ZERO_POINT, NET_INPUT_SCALE,
          NET_INPUT_ZERO_POINT);
  return 0;
}
)";

ProcessResult generate(const std::string& model, const std::filesystem::path& out,
                       std::vector<std::string> more) {
  std::vector<std::string> words{MOBILITH_PROGRAM, "generate",   "--weights", data + model + ".tflite",
                                 "--out",          out.string(), "--name",    "net"};
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words);
}

// What LiteRT gives; optimised and default leave out what is as in reference.
std::string answer(const std::string& model, const std::string& mode) {
  const json said = json::parse(read_text(data + "answers.json")).at(model);
  return said.at(mode).value("shares", said.at("reference").at("shares").get<std::string>());
}

// Of the bytes of shares and image, as the files have it: fixture_networks.py.
std::string meaning(const std::string& model) {
  const bool v3 = model.find("v3") != std::string::npos;
  if (model.ends_with("u8")) return v3 ? "0.00390625 0 1 0" : "0.00390625 0 0.00784313772 127";
  return v3 ? "0.00390625 -128 1 -128" : "0.00390625 -128 0.00784313772 -1";
}

// A mean's product is rounded before its zero point is added: made one operation, it is another number once
// in a hundred thousand.
void means_are_no_fmas(const std::filesystem::path& tree, const json& manifest) {
  size_t means = 0;
  for (const json& kernel : manifest["variants"][0]["kernels"]) {
    if (kernel["type"] != "quantised_mean") continue;
    const ProcessResult inspected =
        run_process({MOBILITH_PROGRAM, "inspect", tree.string(), "--no-run", "--kernel",
                     kernel["name"].get<std::string>(), "--format", "json"});
    REQUIRE(inspected.code == 0);
    CHECK(json::parse(inspected.out)["kernels"][0]["predicted"]["vector_fmas"] == 0);
    means++;
  }
  CHECK(means > 0);
}

}  // namespace

TEST_CASE(
    "A library of a quantised file gives LiteRT's bytes in both arithmetics, and its header says what they "
    "mean") {
  int file = 0;
  for (const std::string model : {"network_u8", "network_i8", "network_v3_i8", "network_v3_u8"}) {
    file++;
    for (const auto& [requantise, mode] :
         {std::pair("float", "default"), std::pair("integer", "reference")}) {
      const bool in_turn = (file % 2 == 1) == (requantise == std::string("float"));
      if (!in_turn && !mobilith::testing::nightly()) continue;
      const TemporaryFolder folder;
      const std::filesystem::path tree = folder / "tree";
      const ProcessResult made = generate(model, tree, {"--requantise", requantise});
      INFO(model << " " << requantise << " " << made.err);
      REQUIRE(made.code == 0);
      CHECK(made.out.find("checked for ") != std::string::npos);
      write_text(folder / "app.c", application);
      std::vector<std::string> words{"cc", "-std=c11", (folder / "app.c").string(), "-o",
                                     (folder / "app").string()};
      for (const std::string& flag : pkg_config_flags(tree, "net")) words.push_back(flag);
      const ProcessResult compiled = run_process(words);
      INFO(compiled.err);
      REQUIRE(compiled.code == 0);
      const ProcessResult ran = run_process({(folder / "app").string()});
      CHECK(ran.code == 0);
      CHECK(ran.out == answer(model, mode));
      CHECK(ran.err == meaning(model));
      const json manifest = json::parse(read_text(tree / "share" / "net" / "manifest.json"));
      CHECK(manifest["configuration"]["dtype"] == "int8");
      CHECK(manifest["configuration"]["requantise"] == requantise);
      CHECK(manifest["ports"]["inputs"][0]["type"] == (model.ends_with("u8") ? "u8" : "i8"));
      const ProcessResult verified =
          run_process({MOBILITH_PROGRAM, "verify", tree.string(), "--weights", data + model + ".tflite"});
      INFO(verified.err);
      CHECK(verified.code == 0);
      if (model.find("v3") != std::string::npos && requantise == std::string("float"))
        means_are_no_fmas(tree, manifest);
    }
  }
}

TEST_CASE("Groups, concatenations, flattened images, and an image beside a vector are the file's numbers") {
  for (const std::string model : {"network_parts_u8", "network_parts_i8"})
    for (const std::string requantise : {"float", "integer"}) {
      const bool in_turn = model.ends_with("u8") == (requantise == "float");
      if (!in_turn && !mobilith::testing::nightly()) continue;
      const TemporaryFolder folder;
      const std::filesystem::path tree = folder / "tree";
      const ProcessResult made = generate(model, tree, {"--requantise", requantise});
      INFO(model << " " << requantise << " " << made.err);
      REQUIRE(made.code == 0);
      const json outputs =
          json::parse(read_text(tree / "share" / "net" / "manifest.json"))["ports"]["outputs"];
      REQUIRE(outputs.size() == 2);
      CHECK(outputs[0]["shape"] == json{5, 5, 36});
      CHECK(outputs[1]["shape"] == json{1, 1, 10});
      const ProcessResult verified =
          run_process({MOBILITH_PROGRAM, "verify", tree.string(), "--weights", data + model + ".tflite"});
      INFO(verified.err);
      CHECK(verified.code == 0);
    }
}

TEST_CASE("What no kernel of whole numbers computes is refused in a line that names it") {
  const TemporaryFolder folder;
  for (const std::string model : {"conversions_u8", "elementwise_i8", "functions_u8", "moves_i8",
                                  "products_i8_channels", "windows_u8"}) {
    const ProcessResult made = generate(model, folder / model, {});
    INFO(model << ": " << made.err);
    CHECK(made.code == 1);
    CHECK(made.err.find(model + ".tflite: ") != std::string::npos);
    const bool named = made.err.find("expected one image") != std::string::npos ||
                       made.err.find("kernels of whole numbers") != std::string::npos ||
                       made.err.find("no kernel of whole numbers") != std::string::npos;
    CHECK(named);
    CHECK(std::count(made.err.begin(), made.err.end(), '\n') == 1);
    CHECK(!std::filesystem::exists(folder / model));
  }
  for (const auto& [option, value, word] :
       {std::tuple("--output", "logits", "expected model"),
        std::tuple("--outputs", "sum_1", "expected signed_1"), std::tuple("--features", "2", "--features")}) {
    const ProcessResult made = generate("network_i8", folder / "tree", {option, value});
    INFO(made.err);
    CHECK(made.code != 0);
    CHECK(made.err.find(word) != std::string::npos);
    CHECK(!std::filesystem::exists(folder / "tree"));
  }
  const ProcessResult floats = run_process({MOBILITH_PROGRAM, "describe", "--requantise", "integer", "--net",
                                            "mobilenet_v1", "--weights", "synthetic"});
  CHECK(floats.code == 2);
  CHECK(floats.err.find("--requantise") != std::string::npos);
  const ProcessResult onnx = run_process({MOBILITH_PROGRAM, "describe", "--requantise", "integer",
                                          "--weights", data + "../quantised_onnx/network_qdq_u8s8.onnx"});
  CHECK(onnx.code == 2);
  CHECK(onnx.err.find("--requantise: an ONNX file has one arithmetic") != std::string::npos);
}

TEST_CASE("autotune keeps records of a quantised file's kernels, which generate finds again") {
  for (const bool predicted : {false, true}) {
    const TemporaryFolder folder;
    const std::string schedules = folder / "schedules";
    std::vector<std::string> words{MOBILITH_PROGRAM, "autotune", "--weights", data + "network_i8.tflite",
                                   "--schedules",    schedules,  "--budget",  "300s",
                                   "--candidates",   "2",        "--format",  "json"};
    if (predicted) words.emplace_back("--static");
    const bool all = mobilith::testing::nightly();  // kernels; by day every third
    if (!all) words.insert(words.end(), {"--shard", "0/3"});
    const ProcessResult tuned = run_process(words);
    INFO(tuned.err);
    REQUIRE(tuned.code == 0);
    const json said = json::parse(tuned.out);
    CHECK(said["peak_of"] == "products of bytes");
    CHECK(said["kernels"].size() >= (all ? 6 : 2));
    for (const json& kernel : said["kernels"]) {
      CHECK(kernel["type"].get<std::string>().starts_with("quantised_"));
      CHECK(kernel["seconds"] > 0);
      CHECK(kernel["failed"].empty());
      if (!predicted) CHECK(kernel["share_of_peak"] < 1);
    }
    CHECK(read_text(said["records"].get<std::string>()).find("\"dtype\": \"u8\"") != std::string::npos);
    const std::filesystem::path tree = folder / "tree";
    const ProcessResult made = generate("network_i8", tree, {"--schedules", schedules});
    INFO(made.err);
    REQUIRE(made.code == 0);
    const json manifest = json::parse(read_text(tree / "share" / "net" / "manifest.json"));
    size_t found = 0;
    for (const json& kernel : manifest["variants"][0]["kernels"])
      found +=
          kernel["schedule_source"].get<std::string>().starts_with(predicted ? "predicted for" : "tuned for");
    CHECK(found == said["kernels"].size());
  }
}

TEST_CASE("a quantised kernel that gives one other byte is no candidate") {
  const TemporaryFolder folder;
  const ProcessResult tuned = run_process(
      {MOBILITH_PROGRAM, "autotune", "--weights", data + "network_u8.tflite", "--schedules",
       folder / "schedules", "--budget", "300s", "--candidates", "2", "--shard", "0/4", "--format", "json"},
      {"MOBILITH_TUNE_FAULT=wrong:1"});
  INFO(tuned.err);
  const json said = json::parse(tuned.out);
  REQUIRE(!said["kernels"].empty());
  for (const json& kernel : said["kernels"]) {
    CHECK(kernel["failed"]["wrong"] >= 1);
    CHECK(kernel["seconds"] == kernel["default_seconds"]);
  }
}

}  // namespace test_quantised
