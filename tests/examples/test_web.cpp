// The web example: its wasm in Node against Keras, and its page in Chromium, in f32 and in int8.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "catch.h"
#include "examples/example.h"
#include "package/png.h"
#include "weights/weights.h"

namespace test_web {

using namespace mobilith::examples;
using nlohmann::json;

namespace {

const std::string driver = MOBILITH_SOURCE "/tests/examples/web/";

bool has_wasm_tools() {
  if (missing("node", "Node 20 or newer") || missing("wasm-ld-22", "apt: lld-22")) return false;
  const bool found = std::filesystem::exists("/usr/lib/wasm32-wasi/libc.a");
  if (!found) skip("no wasi-libc (apt: wasi-libc)");
  return found;
}

// The page with the wasm of V1 0.25-32.
void make_site(const Copy& copy, const std::string& more = "") {
  copy.generate("README.md", more);
  copy.follow("README.md", "./link.sh");
}

// Its path; empty where there is none.
std::string chromium() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    std::string path = run_process({"sh", "-c", std::string("command -v ") + name}).out;
    if (!path.empty()) return path.substr(0, path.size() - 1);
  }
  return {};
}

void check_classes(const json& seen, int number) {
  INFO(seen);
  std::vector<Tag> found;
  for (const json& entry : seen["classes"]) found.push_back({entry[0], entry[1]});
  check_best_five(found, number);
  CHECK(seen["shown"] == true);
  CHECK(seen["wrong"] == false);
  CHECK(seen["message"].get<std::string>().find(" ms in the network") != std::string::npos);
}

// The logits that the int8 model's own graph gives picture `number`, in whole numbers.
std::vector<double> exact_logits(const std::string& model, int number) {
  const auto weights = mobilith::open_weights(model);
  std::vector<double> image;
  for (const char byte : pixels(number))
    image.push_back(static_cast<float>(static_cast<unsigned char>(byte) / 127.5 - 1));
  return weights->block_outputs(image).back();
}

// The best five, the first of those that are equal, as best() in network.mjs has them.
void check_exact(const json& seen, const std::vector<double>& logits) {
  std::vector<size_t> falling(logits.size());
  std::iota(falling.begin(), falling.end(), 0);
  std::stable_sort(falling.begin(), falling.end(), [&](size_t a, size_t b) { return logits[a] > logits[b]; });
  json expected;
  for (const size_t k : {0, 1, 2, 3, 4}) expected.push_back({falling[k], logits[falling[k]]});
  INFO(seen << " instead of " << expected);
  CHECK(seen["classes"] == expected);
  CHECK(seen["wrong"] == false);
}

// What drive.mjs sees of the page; nothing: skipped.
std::optional<json> driven(const Copy& copy, const std::string& screenshot) {
  const std::string browser = chromium(),
                    playwright = MOBILITH_SOURCE "/.deps/examples/web/node_modules/playwright-core";
  if (browser.empty()) return skip("no Chromium (apt: chromium)"), std::nullopt;
  if (!std::filesystem::exists(playwright))
    return skip("playwright-core is missing; scripts/example_inputs.sh fetches it"), std::nullopt;
  const TemporaryFolder folder;
  for (int number : {0, 1})
    write_text(folder / (std::to_string(number) + ".png"),
               mobilith::package::png(side, side, mobilith::package::PngColour::rgb, pixels(number)));
  write_text(folder / "text.jpg", "no picture");
  return json::parse(must({"node", driver + "drive.mjs", playwright, browser, copy / "", screenshot,
                           folder / "0.png", folder / "1.png", folder / "text.jpg"}));
}

}  // namespace

TEST_CASE("the web example's wasm gives Keras's logits in Node", "[web_node]") {
  if (!has_wasm_tools()) return;
  const Copy copy("web");
  make_site(copy, " --output logits");
  const json found =
      json::parse(must({"node", driver + "golden.mjs", copy / "network.mjs", copy / "my_net.wasm"}));
  std::ifstream file(MOBILITH_SOURCE "/tests/data/golden/mobilenet_v1_a0.25_d1_r32.json");
  const auto expected = json::parse(file)["logits"].get<std::vector<double>>();
  const auto output = found["output"].get<std::vector<double>>();
  REQUIRE(output.size() == expected.size());
  double largest = 0, worst = 0;
  for (size_t i = 0; i < expected.size(); i++) {
    largest = std::max(largest, std::abs(expected[i]));
    worst = std::max(worst, std::abs(output[i] - expected[i]));
  }
  CHECK(worst <= 1e-4 * largest);
  CHECK(found["same"] == true);
  CHECK(found["refused"] == "expected 3072 values, got 3071");
  std::cout << found["milliseconds"] << " ms a run in Node\n";
}

TEST_CASE(
    "the page classifies pictures that are dropped on it or chosen, in Chromium, from its own files alone",
    "[web]") {
  if (!has_wasm_tools()) return;
  const Copy copy("web");
  // The library resizes and normalises what the canvas has.
  make_site(copy, " --input rgba8:48x40 --fit stretch");
  std::string labels;
  for (int i = 0; i < 1000; i++) labels += "thing " + std::to_string(i) + "\n";
  write_text(copy / "labels.txt", labels);
  const std::string screenshot = std::filesystem::current_path() / "web.png";
  std::filesystem::remove(screenshot);
  const std::optional<json> report = driven(copy, screenshot);
  if (!report) return;
  const json& seen = *report;
  CHECK(seen["ready"].get<std::string>().starts_with("Ready: 40 x 48 pixels, 1000 classes"));
  check_classes(seen["dropped"], 0);
  check_classes(seen["chosen"], 1);
  CHECK(seen["dropped"]["labels"][0] == "thing " + seen["dropped"]["classes"][0][0].dump());
  CHECK(seen["no_picture"]["wrong"] == true);
  CHECK(seen["no_picture"]["classes"].empty());
  CHECK(seen["no_picture"]["shown"] == false);
  CHECK(seen["still_there"] == true);
  CHECK(seen["errors"].empty());
  for (const json& request : seen["requests"]) {
    const auto path = request.get<std::string>();
    const bool own = path.starts_with("/") && (path == "/" || std::filesystem::exists(copy / path.substr(1)));
    CHECK((own || path.starts_with("blob:")));
  }
  CHECK(std::filesystem::file_size(screenshot) > 5000);
  std::cout << seen["dropped"]["message"] << ", Chromium " << seen["browser"]
            << "; screenshot: " << screenshot << "\n";
}

TEST_CASE("the page with an int8 library shows the int8 model's own numbers in Chromium", "[int8_page]") {
  if (!has_wasm_tools()) return;
  const Copy copy("web");
  make_site(copy, " --output logits --dtype int8 --quantised-model model.tflite");
  const TemporaryFolder folder;
  const std::optional<json> seen = driven(copy, folder / "web.png");
  if (!seen) return;
  check_exact((*seen)["dropped"], exact_logits(copy / "model.tflite", 0));
  check_exact((*seen)["chosen"], exact_logits(copy / "model.tflite", 1));
  CHECK((*seen)["dropped"]["classes"] != (*seen)["chosen"]["classes"]);
  CHECK((*seen)["errors"].empty());
}

}  // namespace test_web
