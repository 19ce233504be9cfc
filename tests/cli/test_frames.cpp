// generate --input: what it takes, what it refuses, and what the tree says; verify and bench of such trees.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "process.h"

namespace test_frames {

using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

Words small(const std::string& out, const Words& more) {
  Words words{MOBILITH_PROGRAM, "generate",  "--net",        "mobilenet_v1",
              "--alpha",        "0.1",       "--resolution", "32",
              "--weights",      "synthetic", "--classes",    "5",
              "--name",         "small_net", "--out",        out};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Where the frame's kernel alone matters, no more of the network is compiled.
const Words first_blocks{"--outputs", "separable_1"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

ProcessResult generated(const std::string& out, const Words& more) { return run_process(small(out, more)); }

json read_json(const std::string& path) { return json::parse(read_text(path)); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a library of frames says its format, its bytes and its normalisation") {
  const TemporaryFolder folder;
  const std::string out = folder / "tree";
  const ProcessResult made = generated(
      out, {"--input", "nv12:48x64", "--mean", "0.5,0.4,0.3", "--std", "0.5,0.25,0.2", "--fit", "letterbox"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(contains(made.out, "checked for"));
  const std::string header = read_text(out + "/include/small_net.h");
  for (const char* line : {"#define SMALL_NET_INPUT_FORMAT MOBILITH_NV12\n",
                           "#define SMALL_NET_INPUT_HEIGHT 48\n", "#define SMALL_NET_INPUT_WIDTH 64\n",
                           "#define SMALL_NET_INPUT_ROW_BYTES 64\n", "#define SMALL_NET_INPUT_BYTES 4608\n"})
    CHECK(contains(header, line));
  const json manifest = read_json(out + "/share/small_net/manifest.json");
  const json& frame = manifest["frame"];
  CHECK(frame["format"] == "nv12");
  CHECK(frame["fit"] == "letterbox");
  CHECK(frame["resize"] == "bilinear");
  CHECK(frame["normalised_by"] == "--mean and --std");
  CHECK(frame["scale"][1].get<double>() == Approx(1 / 0.25 / 255));
  CHECK(frame["shift"][2].get<double>() == Approx(-0.3 / 0.2));
  CHECK(manifest["variants"][0]["steps"][0]["block"] == "frame");
  CHECK(manifest["variants"][0]["kernels"][0]["type"] == "frame");
  CHECK(manifest["ports"]["inputs"][0]["bytes"] == 4608);

  const ProcessResult verified = run_process({MOBILITH_PROGRAM, "verify", out, "--weights", "synthetic",
                                              "--images", MOBILITH_TEST_DATA "/pictures"});
  INFO(verified.out << verified.err);
  CHECK(verified.code == 0);
  CHECK(contains(verified.out, "halves.jpg"));
  const ProcessResult timed = run_process({MOBILITH_PROGRAM, "bench", out, "--seconds", "0.1"});
  CHECK(timed.code == 0);
  CHECK(contains(timed.out, "frame_nv12_48x64_32x32x3"));
  CHECK(run_process({MOBILITH_PROGRAM, "verify", out, "--weights", "synthetic", "--pixels", "0..1"}).code ==
        2);
}

TEST_CASE("inspect shows a frame's kernel: whole vectors, no byte alone; records and errors name it") {
  const TemporaryFolder folder;
  const std::string out = folder / "tree";
  REQUIRE(generated(
              out, first_blocks + Words{"--input", "rgb8:48x64", "--cpu", "x86-64-v3", "--schedules", "none"})
              .code == 0);
  const ProcessResult text = run_process({MOBILITH_PROGRAM, "inspect", out, "--kernel", "0", "--no-run"});
  INFO(text.out << text.err);
  REQUIRE(text.code == 0);
  CHECK(contains(text.out, "0 frame_rgb8_48x64_32x32x3  (frame; default)"));
  CHECK(contains(text.out, R"(schedule {"pixels":1,"shuffled":true,"strip":8})"));
  const ProcessResult printed =
      run_process({MOBILITH_PROGRAM, "inspect", out, "--kernel", "0", "--no-run", "--format", "json"});
  REQUIRE(printed.code == 0);
  const json kernel = json::parse(printed.out)["kernels"][0];
  CHECK(kernel["blocks"] == json{"frame"});
  const json& loop = kernel["inner_loops"][0];
  CHECK(loop["name"] == "output.s0.of_group.tile");
  CHECK(loop["bits"] == 256);
  CHECK(loop["iterations"] == 32 * 32 * 3 / 8);
  // Of eight numbers: two rows of four chunks, one vector written. Byte by byte it would be above 100.
  CHECK(loop["instructions"].get<int>() <= 45);
  CHECK(loop["stores"] == 1);
  CHECK(loop["spills"] == 0);

  const ProcessResult missing =
      generated(folder / "other", {"--input", "rgb8:48x64", "--fit", "stretch", "--require-tuned"});
  CHECK(missing.code == 1);
  CHECK(contains(missing.err, "frame_rgb8_48x64_32x32x3"));
  CHECK(contains(missing.err, "--input rgb8:48x64 --fit stretch"));
  const std::pair<Words, const char*> refused[] = {
      {{"--all", "--input", "rgb8"}, "--all: excludes --input"},
      {{"--net", "mobilenet_v1", "--input", "rgb8", "--runner", "env"}, "--runner: kernels of frames"},
      {{"--net", "mobilenet_v1", "--input", "rgb9"}, "--input: 'rgb9' is no pixel format"},
      {{"--net", "mobilenet_v1", "--fit", "stretch"}, "--fit: needs a frame's size"}};
  for (auto [words, part] : refused) {
    words.insert(words.begin(), {MOBILITH_PROGRAM, "autotune"});
    const ProcessResult process = run_process(words);
    INFO(process.err);
    CHECK(process.code == 2);
    CHECK(contains(process.err, part));
  }
}

TEST_CASE("a calibrated library takes frames, too") {
  const TemporaryFolder folder;
  const std::string out = folder / "tree";
  const ProcessResult made = generated(
      out, first_blocks + Words{"--input", "bgr8:40x50", "--dtype", "int8", "--resize", "antialiased"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(read_json(out + "/share/small_net/manifest.json")["frame"]["format"] == "bgr8");
}

TEST_CASE("frames of YUV are compiled for other machines, too") {
  const TemporaryFolder folder;
  for (const char* target : {"riscv64-linux", "aarch64-linux", "wasm32-wasi"}) {
    const ProcessResult made =
        generated(folder / target, first_blocks + Words{"--target", target, "--input", "nv12:40x50"});
    INFO(target << ": " << made.err);
    CHECK(made.code == 0);
  }
}

TEST_CASE("frames that can't be are refused in one line that names the option") {
  const TemporaryFolder folder;
  const std::pair<Words, std::string> refused[] = {
      {{"--input", "rgb9"}, "--input: 'rgb9' is no pixel format"},
      {{"--input", ""}, "--input: '' is no pixel format"},
      {{"--input", "nv12:31x32"}, "expected an even height and width"},
      {{"--input", "yuyv:31x33"}, "expected an even width"},
      {{"--input", "rgb8:48"}, "expected HEIGHTxWIDTH"},
      {{"--input", "rgb8:0x48"}, "from 1 to 16384"},
      {{"--input", "rgb8:48x16385"}, "from 1 to 16384"},
      {{"--input", "rgb8:48x"}, "from 1 to 16384"},
      {{"--input", "rgb8", "--resize", "antialiased"}, "--resize: needs a frame's size"},
      {{"--fit", "stretch"}, "--fit: needs a frame's size"},
      {{"--input", "rgb8:48x48", "--fit", "cover"}, "--fit: expected"},
      {{"--input", "rgb8", "--mean", "0,0,0"}, "expected --mean and --std"},
      {{"--input", "rgb8", "--mean", "0,0,0", "--std", "1,0,1"}, "--std: expected numbers above 0"},
      {{"--input", "rgb8", "--pixels", "0..1", "--mean", "0,0,0", "--std", "1,1,1"}, "--pixels"},
      {{"--pixels", "0..1"}, "--pixels: goes with --input"}};
  for (const auto& [more, part] : refused) {
    const ProcessResult process = generated(folder / "tree", more);
    INFO(part << " in " << process.err);
    CHECK(process.code == 2);
    CHECK(contains(process.err, part));
    CHECK(std::count(process.err.begin(), process.err.end(), '\n') == 1);
  }
}

}  // namespace test_frames
