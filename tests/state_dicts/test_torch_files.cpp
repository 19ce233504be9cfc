// State dicts that become graphs, as weights files: their networks, and how the user says which they are.
#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/errors.h"
#include "reference/reference.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/torch_answers.h"
#include "state_dicts/written_dicts.h"
#include "torch_graphs/torch_graph.h"
#include "weights/weights.h"

namespace test_torch_files {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// A file of one of the answered networks.
struct File {
  explicit File(const std::string& network)
      : answer(torch_answer(network)), path(folder / "net.safetensors") {
    write_text(path, safetensors_of(answer.dict));
  }
  TemporaryFolder folder;
  TorchAnswer answer;
  std::string path;
};

}  // namespace

TEST_CASE("the blocks of every network of the tables compute what PyTorch computes") {
  size_t compared = 0;
  for (const std::string& network : answered_networks()) {
    if (network == "timm/mobilenetv4_conv_blur_medium") continue;  // its blur is refused
    INFO(network);
    const File file(network);
    const auto weights = open_weights(
        file.path, {.height = file.answer.height, .width = file.answer.width, .torch_net = network});
    CHECK(weights->assumed().find("assumed is " + network + ": ") != std::string::npos);
    Configuration c;
    c.net = *weights->configuration().net, c.height = file.answer.height, c.width = file.answer.width;
    // The image has 57 columns: of these Keras's V1 makes 28 in its stem, PyTorch's 29. So it is no V1 here.
    const bool v2 = network == "timm/mobilenetv2" || network == "torchvision/mobilenet_v2" ||
                    network == "torchvision/quantizable_mobilenet_v2";
    CHECK(c.net == (v2 ? "mobilenet_v2" : "custom"));
    const Network taken = weights->network(c);
    check_weights(taken, *weights);
    const auto made =
        reference::run_network(taken, *weights, reference::formula_input({c.height, c.width, 3}), true);
    CHECK(relative_difference({made.values.begin(), made.values.end()}, file.answer.output) < 1e-4);
    compared++;
  }
  // Older names of V2 are tried in test_golden_torch.
  CHECK(compared == file::torch_network_names().size() - 3);
}

TEST_CASE("a network of known blocks is taken without its name") {
  for (const std::string network :
       {"timm/mnasnet", "torchvision/mnasnet", "timm/mobilenetv2_110d", "timm/mobilenetv1_100h",
        "efficientnet_lite_pytorch/lite0", "timm/mobilenetv4_conv_small"}) {
    INFO(network);
    const File file(network);
    const auto weights = open_weights(file.path, {.height = file.answer.height, .width = file.answer.width});
    CHECK(weights->configuration().net == "custom");
    CHECK(weights->assumed().find("assumed is " + network + ": ") != std::string::npos);
  }
}

TEST_CASE("a state dict of several networks is taken if its network is named") {
  const File file("timm/efficientnet_lite0");
  check_refused(
      {"describe", "--weights", file.path}, 1,
      {"are those of timm/efficientnet_lite0 and of timm/tf_efficientnet_lite0", "--net says which"});
  check_refused({"describe", "--weights", file.path, "--net", "timm/efficientnet_lite"}, 1,
                {"did you mean timm/efficientnet_lite0"});
  check_refused({"describe", "--weights", file.path, "--net", "timm/mobilenetv2"}, 1,
                {"nearest to timm/mobilenetv2, but the tensor"});
  for (const std::string net : {"timm/efficientnet_lite0", "timm/tf_efficientnet_lite0"}) {
    const ProcessResult result =
        run_process({MOBILITH_PROGRAM, "describe", "--weights", file.path, "--net", net});
    CHECK(result.code == 0);
    CHECK(result.err.find("assumed is " + net + ": strides, ") != std::string::npos);
    CHECK(result.out.find("_blocks") == std::string::npos);
    CHECK(result.out.find("blocks.1.0.conv_dw") != std::string::npos);
  }
}

TEST_CASE("the name of a state dict's network is refused for what is none") {
  const TemporaryFolder folder;
  write_text(folder / "net.tflite", "no state dict");
  check_refused({"describe", "--weights", folder / "net.tflite", "--net", "timm/mobilenetv2"}, 1,
                {"--net: timm/mobilenetv2 is of a state dict's networks"});
  check_refused({"describe", "--weights", "synthetic", "--net", "timm/mobilenetv2"}, 2,
                {"--net: unknown network 'timm/mobilenetv2'"});
}

TEST_CASE("a state dict is described with its table's graph, and a tree made of it agrees with that") {
  const auto run = [](std::vector<std::string> call) {
    call.insert(call.begin(), MOBILITH_PROGRAM);
    const ProcessResult result = run_process(call);
    INFO(call[1] << ": " << result.err);
    REQUIRE(result.code == 0);
    return result.out;
  };
  // The first by the tables of networks, the second by its graph alone.
  for (const char* network : {"torchvision/mobilenet_v2", "timm/mnasnet"}) {
    INFO(network);
    const File file(network);
    const std::string tree = file.folder / "tree",
                      size = std::to_string(file.answer.height) + "x" + std::to_string(file.answer.width);
    const auto described =
        nlohmann::json::parse(run({"describe", file.path, "--resolution", size, "--format", "json"}));
    CHECK(described["file"]["format"] == "PyTorch");
    CHECK(described["file"]["inputs"][0]["shape"] ==
          nlohmann::json{1, 3, file.answer.height, file.answer.width});
    run({"generate", "--weights", file.path, "--resolution", size, "--name", "net", "--out", tree});
    const auto verified =
        nlohmann::json::parse(run({"verify", tree, "--weights", file.path, "--format", "json"}));
    CHECK(verified["agrees"] == true);
    const nlohmann::json& outputs = verified["inputs"][0]["outputs"];
    REQUIRE(outputs.size() == 2);
    for (const nlohmann::json& output : outputs) CHECK(output["compared_with"] == "the file's graph");
  }
}

}  // namespace test_torch_files
