// generate --outputs: what it writes, says and refuses.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "small_trees.h"

namespace test_outputs {

using nlohmann::json;

namespace {

// An application's output, built with the header alone.
std::string run_app(const std::string& tree, const std::string& text,
                    const std::vector<std::string>& flags = {}) {
  const std::string root = folder() / tree, source = folder() / "app.c", program = folder() / "app";
  write_text(source, text);
  std::vector<std::string> compile{"cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"};
  compile.insert(compile.end(), flags.begin(), flags.end());
  compile.insert(compile.end(), {"-I" + root + "/include", source, root + "/lib/libnet.a",
                                 root + "/lib/libmobilith_runtime.a", "-lpthread", "-o", program});
  const ProcessResult built = run_process(compile);
  INFO(built.err);
  REQUIRE(built.code == 0);
  const ProcessResult result = run_process({program});
  REQUIRE(result.code == 0);
  return result.out;
}

const char* const both_app = R"(#include <net.h>
#include <stdio.h>
static float input[NET_INPUT_FLOATS], middle[NET_OUTPUT_SEPARABLE_5_FLOATS], classes[NET_CLASSES];
int main(void) {
  const void *inputs[] = {input};
  void *outputs[NET_OUTPUTS];
  size_t in_bytes[] = {sizeof input}, out_bytes[NET_OUTPUTS], i;
  float sum = 0;
  mobilith_session *session;
  for (i = 0; i < NET_INPUT_FLOATS; i++) input[i] = (float)(i % 17) / 17;
  outputs[NET_OUTPUT_HEAD_INDEX] = classes, out_bytes[NET_OUTPUT_HEAD_INDEX] = sizeof classes;
  outputs[NET_OUTPUT_SEPARABLE_5_INDEX] = middle, out_bytes[NET_OUTPUT_SEPARABLE_5_INDEX] = sizeof middle;
  if (mobilith_session_create(&net, NULL, &session) != MOBILITH_OK) return 1;
  if (mobilith_run_ports(session, 1, inputs, in_bytes, NET_OUTPUTS, outputs, out_bytes) != MOBILITH_OK) return 2;
  mobilith_session_destroy(session);
  for (i = 0; i < NET_CLASSES; i++) sum += classes[i];
  printf("%.9g %.5f\n", middle[7], sum);
  return 0;
}
)";

const char* const one_app = R"(#include <net.h>
#include <stdio.h>
#if defined(OLD) && defined(mobilith_options_init)
#error "not the header as 0.1.0 had it"
#endif
static float input[NET_INPUT_FLOATS], output[NET_OUTPUT_BYTES / sizeof(float)];
int main(void) {
  size_t i;
  mobilith_session *session;
  mobilith_options options;
  mobilith_options_init(&options);
  options.threads = 2;
  for (i = 0; i < NET_INPUT_FLOATS; i++) input[i] = (float)(i % 17) / 17;
  if (mobilith_session_create(&net, &options, &session) != MOBILITH_OK) return 1;
  if (mobilith_run(session, input, sizeof input, output, sizeof output) != MOBILITH_OK) return 2;
  mobilith_session_destroy(session);
  printf("%.9g\n", output[7]);
  return 0;
}
)";

}  // namespace

TEST_CASE("a backbone and a network of two outputs link, run by their headers, and agree") {
  const ProcessResult backbone = generate("backbone", {"--outputs", "separable_5"});
  INFO(backbone.err);
  REQUIRE(backbone.code == 0);
  CHECK(holds(backbone.err, "mobilith: no output needs separable_6, separable_7, "));
  CHECK(holds(backbone.err, ", head: left out\n"));
  CHECK(holds(backbone.out, "output separable_5: 4x4x64\n"));
  CHECK(holds(backbone.out, ": every block within "));
  const ProcessResult both = generate("both", {"--outputs", "separable_5,head", "--output", "probabilities"});
  INFO(both.err);
  REQUIRE(both.code == 0);
  CHECK(!holds(both.err, "left out"));
  const std::string alone = run_app("backbone", one_app), together = run_app("both", both_app);
  CHECK(together == alone.substr(0, alone.size() - 1) + " 1.00000\n");
  CHECK(!holds(read_text(folder() / "both/include/net.h"), "NET_OUTPUT_BYTES"));
  CHECK(!holds(read_text(folder() / "backbone/include/net.h"), "NET_CLASSES"));
}

TEST_CASE("an application compiled with 0.1.0's header links with today's library and runtime") {
  REQUIRE(generate("plain", {}).code == 0);
  CHECK(run_app("plain", one_app, {"-DOLD", "-include", MOBILITH_TEST_DATA "/mobilith_0_1_0.h"}) ==
        run_app("plain", one_app));
}

TEST_CASE("the manifest lists ports, and says what is copied") {
  REQUIRE(generate("listed", {"--outputs", "head,separable_2", "--no-check"}).code == 0);
  const json manifest = json::parse(read_text(folder() / "listed/share/net/manifest.json"));
  const json& outputs = manifest["ports"]["outputs"];
  CHECK(manifest["ports"]["inputs"] == json::parse(R"([{"name": "input", "type": "f32", "shape": [32, 32, 3],
                                                       "pixel_bytes": 12, "row_bytes": 384, "bytes": 12288}])"));
  REQUIRE(outputs.size() == 2);
  CHECK(outputs[0]["name"] == "head");
  CHECK(outputs[0]["shape"] == json{1, 1, 1000});
  CHECK(outputs[1] == json::parse(R"({"name": "separable_2", "type": "f32", "shape": [8, 8, 32],
                                      "pixel_bytes": 128, "row_bytes": 1024, "bytes": 8192})"));
  CHECK(manifest["output"]["kind"] == "softmax");
  for (const json& step : manifest["variants"][0]["steps"])
    CHECK(step.contains("copied_to") == (step["block"] == "separable_2"));
}

TEST_CASE("names that no block has, and contradictions, are refused before anything is written") {
  for (const auto& [more, message] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--outputs", "separable5"},
            "--outputs: there is no block 'separable5'; did you mean separable_5"},
           {{"--outputs", "head,head"}, "--outputs: 'head' is there twice"},
           {{"--outputs", "head,"}, "--outputs: expected names with commas between them, got 'head,'"},
           {{"--outputs", ""}, "--outputs: expected names with commas between them, got ''"},
           {{"--outputs", "stem", "--output", "logits"}, "--output: says what the classifier gives"}}) {
    const ProcessResult result = generate("refused", more);
    INFO(result.err);
    CHECK(result.code != 0);
    CHECK(holds(result.err, message));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK(!std::filesystem::exists(folder() / "refused"));
  }
}

}  // namespace test_outputs
