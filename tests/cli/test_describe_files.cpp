// mobilith describe and generate of model files: what a file says of itself, what is before what is refused,
// sizes that a file leaves open.
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/errors.h"
#include "cli/model_files.h"
#include "formats/onnx_writer.h"
#include "formats/tflite_writer.h"
#include "package/png.h"

namespace test_describe_files {

using namespace mobilith::testing;
using nlohmann::json;

namespace {

json described(const std::vector<std::string>& words) {
  std::vector<std::string> call{"describe", "--format", "json"};
  call.insert(call.end(), words.begin(), words.end());
  const ProcessResult result = run_mobilith(call);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return json::parse(result.out);
}

// A scaled image, a convolution of 3x3 with ReLU6, one of 1x1 without; -1: a side that is left open. odd:
// what no kernel computes comes behind them.
std::string onnx_file(int64_t side, bool odd, int64_t channels = 3) {
  OnnxFile file(14);
  file.input("picture", {1, channels, side, side});
  std::vector<float> kernel(size_t(8 * channels * 9)), last(4 * 8);
  for (size_t i = 0; i < kernel.size(); i++) kernel[i] = float(i % 7) / 20 - 0.1f;
  for (size_t i = 0; i < last.size(); i++) last[i] = float(i % 5) / 10 - 0.2f;
  file.constant("factor", {1}, std::vector<float>{2.0f / 255});
  file.constant("one", {1}, std::vector<float>{1});
  file.constant("kernel", {8, channels, 3, 3}, kernel);
  file.constant("last", {4, 8, 1, 1}, last);
  file.constant("low", {}, std::vector<float>{0});
  file.constant("high", {}, std::vector<float>{6});
  file.node("Mul", {"picture", "factor"}, "scaled");
  file.node("Sub", {"scaled", "one"}, "centred");
  file.node("Conv", {"centred", "kernel"}, "first",
            {integers("kernel_shape", {3, 3}), integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1})});
  file.node("Clip", {"first", "low", "high"}, "stem_end");
  file.node("Conv", {"stem_end", "last"}, "features", {integers("kernel_shape", {1, 1})});
  if (odd) {
    file.node("Mul", {"features", "features"}, "squares");
    file.output("squares");
  } else {
    file.output("features");
  }
  return file.bytes();
}

// A stem of u8, 32x32 to 16x16.
std::string quantised_file() {
  using tflite::TensorType;
  TfliteFile file;
  file.quantise_next(0.0078125f, 128);
  const int x = file.tensor("image", {1, 32, 32, 3}, TensorType::UINT8);
  const int weights =
      file.constant("w", {8, 3, 3, 3}, TensorType::UINT8, std::string(8 * 27, '\x83'), {0.25f}, {128});
  const int bias = file.constant("b", {8}, TensorType::INT32, std::string(32, '\0'), {0.001953125f}, {0});
  file.quantise_next(6.0f / 255, 0);
  const int y = file.tensor("features", {1, 16, 16, 8}, TensorType::UINT8);
  file.op(
      tflite::Builtin::CONV_2D, {x, weights, bias}, y, 1,
      tflite::CreateConv2DOptions(file.builder, tflite::Padding::SAME, 2, 2, tflite::FusedActivation::RELU6));
  return file.bytes({x}, {y});
}

}  // namespace

TEST_CASE("describe says what a file itself says of inputs, scaling and outputs") {
  const TemporaryFolder folder;
  for (const auto& [name, format, input] : {std::tuple{"model.tflite", "TFLite", "image"},
                                            {"model.onnx", "ONNX", "image"},
                                            {"model.h5", "Keras", ""}}) {
    INFO(name);
    const std::string model = folder / name;
    write_model(model);
    const json found = described({model});
    CHECK(found == described({"--weights", model}));
    CHECK(found["net"] == "mobilenet_v1");
    CHECK(holds(found["file"]["format"], format));
    REQUIRE(found["file"]["inputs"].size() == 1);
    const json& first = found["file"]["inputs"][0];
    CHECK(holds(first["name"], input));
    CHECK(first["shape"].size() == 4);
    CHECK(first["scale"].empty());
    REQUIRE(found["file"]["outputs"].size() == 1);
    CHECK(found["file"]["outputs"][0]["block"] == "head");
    const ProcessResult text = run_mobilith({"describe", model});
    REQUIRE(text.code == 0);
    CHECK(holds(text.out, "not scaled in the file"));
    CHECK(holds(text.out, "of block head"));
  }
  write_text(folder / "scaled.onnx", onnx_file(32, false));
  const json scaled = described({folder / "scaled.onnx"});
  CHECK(scaled["file"]["inputs"][0]["name"] == "picture");
  CHECK(scaled["file"]["inputs"][0]["scale"][0].get<double>() == Approx(2.0 / 255));
  CHECK(scaled["file"]["inputs"][0]["shift"][0] == -1);
  CHECK(holds(run_mobilith({"describe", folder / "scaled.onnx"}).out, "scaled in the file: times 0.00784"));
  check_refused({"describe", folder / "scaled.onnx", "--weights", "synthetic"}, 2, {"--weights"});
}

TEST_CASE(
    "of a file that is refused describe has the blocks before it, and generate makes them with --outputs") {
  const TemporaryFolder folder;
  const std::string model = folder / "odd.onnx", tree = folder / "tree";
  write_text(model, onnx_file(32, true));
  const ProcessResult text = run_mobilith({"describe", model});
  INFO(text.out << text.err);
  CHECK(text.code == 1);
  CHECK(lines(text.err) == 1);
  CHECK(holds(text.err, "(Mul)"));
  CHECK(holds(text.out, "recognised are these 2 blocks"));
  CHECK(holds(text.out, "refused: operation "));
  const ProcessResult as_json = run_mobilith({"describe", model, "--format", "json"});
  CHECK(as_json.code == 1);
  const json part = json::parse(as_json.out);
  CHECK(holds(part["refused"], "(Mul)"));
  CHECK(part["layers"].size() == 2);
  const std::string output = part["outputs"][0];
  CHECK(holds(text.out, "--outputs '" + output + "'\n"));

  check_refused({"generate", "--weights", model, "--name", "net", "--out", tree}, 1, {"(Mul)"});
  check_refused({"generate", "--weights", model, "--name", "net", "--out", tree, "--outputs", "nowhere"}, 1,
                {"(Mul)"});
  const ProcessResult made =
      run_mobilith({"generate", "--weights", model, "--name", "net", "--out", tree, "--outputs", output});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(holds(made.err, "left out is what the outputs do not need"));
  const ProcessResult checked = run_mobilith({"verify", tree, "--weights", model, "--format", "json"});
  INFO(checked.err);
  REQUIRE(checked.code == 0);
  const json found = json::parse(checked.out);
  for (const json& one : found["inputs"][0]["outputs"]) CHECK(one["compared_with"] == "the file's graph");
}

TEST_CASE("a size that a file leaves open is given by --resolution, asked for, and never contradicted") {
  const TemporaryFolder folder;
  const std::string open = folder / "open.onnx", fixed = folder / "fixed.onnx", keras = folder / "model.h5",
                    lite = folder / "model.tflite";
  write_text(open, onnx_file(-1, false)), write_text(fixed, onnx_file(32, false));
  write_model(keras), write_model(lite);
  check_refused({"describe", open}, 1, {"leaves height and width open", "--resolution says them"});
  CHECK(described({open, "--resolution", "40"})["resolution"] == json{40, 40});
  CHECK(described({open, "--resolution", "40x56"})["resolution"] == json{40, 56});
  for (const std::string& model : {fixed, keras, lite}) {
    INFO(model);
    CHECK(described({model, "--resolution", "32"})["resolution"] == json{32, 32});
    const ProcessResult other = run_mobilith({"describe", model, "--resolution", "64"});
    CHECK(other.code != 0);
    CHECK(lines(other.err) == 1);
    CHECK(holds(other.err, "64"));
    CHECK(holds(other.err, "32"));
  }
  const std::string any = folder / "any.keras";
  write_model(any);
  change_settings(any, "32,32,3", "null,null,3");
  const ProcessResult assumed = run_mobilith({"describe", any});
  CHECK(assumed.code == 0);
  CHECK(assumed.err ==
        "mobilith: the model takes images of any size; assumed is 224x224 (--resolution says another)\n");
  CHECK(described({any, "--resolution", "40x56"})["resolution"] == json{40, 56});
  const std::string tree = folder / "tree";
  generate_net(open, tree, {"--resolution", "40x56"});
  const ProcessResult checked = run_mobilith({"verify", tree, "--weights", open});
  INFO(checked.err);
  CHECK(checked.code == 0);
}

TEST_CASE("pixels are what the file's own scaling wants, of one channel, too, in verify and in the tree") {
  const TemporaryFolder folder;
  write_text(folder / "pictures/a.png",
             mobilith::package::png(40, 30, mobilith::package::PngColour::rgb, "\x10\xe0\x50"));
  for (const int channels : {1, 3}) {
    INFO(channels);
    const std::string model = folder / "model.onnx", tree = folder / "tree";
    write_text(model, onnx_file(32, false, channels));
    generate_net(model, tree);
    const std::string header = read_text(folder / "tree/include/net.h");
    CHECK(holds(header, "#define NET_INPUT_CHANNELS " + std::to_string(channels) + "\n"));
    CHECK(holds(header, "#define NET_INPUT_FLOATS (32 * 32 * " + std::to_string(channels) + ")\n"));
    CHECK(holds(header, "0..255: the library scales them"));
    CHECK(holds(read_text(folder / "tree/lib/cmake/net/net-config.cmake"), "set(net_PIXELS 0..255)"));
    const ProcessResult checked = run_mobilith(
        {"verify", tree, "--weights", model, "--images", folder / "pictures", "--format", "json"});
    INFO(checked.err);
    REQUIRE(checked.code == 0);
    const json found = json::parse(checked.out);
    CHECK(found["pixels"]["low"] == 0);
    CHECK(found["pixels"]["high"] == 255);
    CHECK(holds(found["pixels"]["from"], "the file multiplies them by 0.00784"));
    REQUIRE(found["inputs"].size() == 2);
    CHECK(found["inputs"][1]["outputs"][0]["agrees"] == true);
  }
  write_text(folder / "four.onnx", onnx_file(32, false, 4));
  generate_net(folder / "four.onnx", folder / "four");
  check_refused(
      {"verify", folder / "four", "--weights", folder / "four.onnx", "--images", folder / "pictures"}, 2,
      {"--images", "4 channels"});
}

TEST_CASE("frames become the pixels that the file scales itself, and no other normalisation is taken") {
  const TemporaryFolder folder;
  write_text(folder / "scaled.onnx", onnx_file(32, false));
  const auto generate = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"generate", "--weights", folder / "scaled.onnx", "--out", folder / "tree",
                                 "--dry-run", "--input", "rgb8"});
    return run_mobilith(words);
  };
  CHECK(generate({}).code == 0);
  CHECK(generate({"--pixels", "0..255"}).code == 0);
  for (const std::vector<std::string>& more : std::initializer_list<std::vector<std::string>>{
           {"--pixels", "-1..1"}, {"--mean", "0.5,0.5,0.5", "--std", "0.5,0.5,0.5"}}) {
    const ProcessResult refused = generate(more);
    CHECK(refused.code == 2);
    CHECK(holds(refused.err, "the file scales its image itself, from 0..255"));
    CHECK(lines(refused.err) == 1);
  }
}

TEST_CASE("describe shows what was published beside what is computed") {
  for (const auto& [net, madds, params] : {std::tuple{"mobilenet_v3_large", 219, 5.4},
                                           {"mobilenet_v3_small", 56, 2.5},
                                           {"mobilenet_v1", 569, 4.24}}) {
    INFO(net);
    const json found = described({"--net", net});
    CHECK(found["published"]["madds_millions"] == madds);
    CHECK(found["published"]["params_millions"] == params);
    CHECK(found["madds"].get<double>() / 1e6 == Approx(madds).epsilon(0.03));
    CHECK(found["params"].get<double>() / 1e6 == Approx(params).epsilon(0.04));
  }
  CHECK(!described({"--net", "mobilenet_v1", "--resolution", "100"}).contains("published"));
  CHECK(holds(run_mobilith({"describe", "--net", "mobilenet_v3_small"}).out, "Howard et al. 2019"));
}

TEST_CASE("describe says how a quantised file stores its inputs and outputs") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "quantised.tflite";
  std::ofstream(path, std::ios::binary) << quantised_file();
  const json own = described({path})["file"];
  CHECK(own["inputs"][0]["stored"] == json{{"type", "u8"}, {"scale", 0.0078125}, {"zero_point", 128}});
  const json file = described({path, "--dtype", "f32"})["file"];
  CHECK(file["inputs"][0]["stored"] == json{{"type", "u8"}, {"scale", 0.0078125}, {"zero_point", 128}});
  CHECK(file["outputs"][0]["stored"]["zero_point"] == 0);
  const ProcessResult text = run_mobilith({"describe", path, "--dtype", "f32"});
  CHECK(text.out.find("stored as u8, scale 0.0078125, zero point 128") != std::string::npos);
}

}  // namespace test_describe_files
