// A small network of each format, made into a library.
#include "catch.h"
#include "formats/graph_onnx.h"
#include "formats/network_files.h"
#include "formats/samples.h"
#include "libraries/run_library.h"
#include "networks/table.h"
#include "nightly.h"
#include "process.h"
#include "reference/reference.h"
#include "state_dicts/torch_answers.h"
#include "state_dicts/written_dicts.h"
#include "torch_graphs/torch_graph.h"
#include "weights_file/keras_file.h"

namespace test_format_libraries {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

void check(const std::vector<std::string>& options, const std::vector<double>& image,
           const std::vector<double>& expected) {
  const std::vector<LibraryOutputs> runs = run_library(options, {image});
  REQUIRE(runs.at(0).size() == 1);
  CHECK(relative_difference(runs[0][0].values, expected) <= 1e-4);
}

}  // namespace

TEST_CASE("libraries of ONNX, TFLite and Keras files compute what the network does") {
  const Network network = build_network({"mobilenet_v2", 0.35, 1, 33, 33, 10});
  const auto weights = open_weights("synthetic");
  const reference::Activation image = reference::formula_input(network.blocks.front().in());
  const std::vector<double> expected = reference::run_network(network, *weights, image, false).values;
  const TemporaryFolder folder;
  write_text(folder / "net.onnx", onnx_of(network, *weights));
  write_text(folder / "net.tflite", tflite_of(network, *weights));
  const KerasFile keras(network.configuration);
  keras.write(Layout::hdf5_model, folder / "net.h5");
  keras.write(Layout::keras_zip, folder / "net.keras");
  keras.write(Layout::keras3_weights, folder / "net.weights.h5");
  for (const char* name : {"net.onnx", "net.tflite", "net.h5", "net.keras", "net.weights.h5"}) {
    INFO(name);
    std::vector<std::string> options{"--weights", folder / name};
    if (std::string(name) == "net.weights.h5") options.insert(options.end(), {"--resolution", "33"});
    check(options, image.values, expected);
  }
}

TEST_CASE(
    "a library of a model as PyTorch exports it, with its numbers in another file, computes what PyTorch "
    "does") {
  const std::string folder = MOBILITH_TEST_DATA "/torch_onnx/";
  check({"--weights", folder + "network.onnx"}, reference::formula_input({32, 32, 3}).values,
        nlohmann::json::parse(read_text(folder + "answers.json")));
}

TEST_CASE("libraries of state dicts and their ONNX files compute what PyTorch computes") {
  int turn = 0;  // by day every other file: of each kind one
  // One with a depthwise convolution before the expansion, one with squeeze-excite.
  for (const std::string network : {"timm/mobilenetv4_conv_small", "torchvision/mobilenet_v3_small"}) {
    const TorchAnswer answer = torch_answer(network);
    const std::vector<double> image = reference::formula_input({answer.height, answer.width, 3}).values;
    const TemporaryFolder folder;
    write_text(folder / "net.safetensors", safetensors_of(answer.dict));
    write_text(folder / "net.pth", pickle_of(answer.dict));
    write_text(folder / "net.onnx",
               onnx_of(torch_graph(answer.dict, {.height = answer.height, .width = answer.width}).graph));
    const std::string size = std::to_string(answer.height) + "x" + std::to_string(answer.width);
    for (const char* name : {"net.safetensors", "net.pth", "net.onnx"}) {
      if (!nightly() && turn++ % 2 != 0) continue;
      INFO(network << ", " << name);
      std::vector<std::string> options{"--weights", folder / name};
      if (std::string(name) != "net.onnx") options.insert(options.end(), {"--resolution", size});
      check(options, image, answer.output);
    }
  }
}

}  // namespace test_format_libraries
