// State dicts that become graphs, as weights files: their networks, and how the user says which they are.
#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/errors.h"
#include "reference/reference.h"
#include "state_dicts/fixtures.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/torch_answers.h"
#include "weights/weights.h"

using namespace mobilith;
using namespace mobilith::testing;

namespace {

std::string safetensors(const file::StateDict& dict) {
  nlohmann::ordered_json header;
  std::string data;
  for (const file::NamedTensor& tensor : dict.tensors) {
    header[tensor.name] = {{"dtype", tensor.type == file::ElementType::f32 ? "F32" : "I64"},
                           {"shape", tensor.shape},
                           {"data_offsets", {data.size(), data.size() + tensor.storage.bytes.size()}}};
    data += tensor.storage.bytes;
  }
  const std::string text = header.dump();
  return little_endian(text.size(), 8) + text + data;
}

// A file of one of the answered networks.
struct File {
  explicit File(const std::string& network)
      : answer(torch_answer(network)), path(folder / "net.safetensors") {
    write_text(path, safetensors(answer.dict));
  }
  TemporaryFolder folder;
  TorchAnswer answer;
  std::string path;
};

}  // namespace

TEST_CASE("a network of known blocks is taken from a state dict and computes what PyTorch computes") {
  struct Case {
    std::string network, net;  // net: what the tables call it
    bool named;                // by the user
  };
  // The image has 57 columns: of these Keras's V1 makes 28 in its stem, PyTorch's 29. So it is no V1 here.
  for (const auto& [network, net, named] :
       {Case{"timm/mnasnet", "custom", false}, Case{"torchvision/mnasnet", "custom", false},
        Case{"timm/mobilenetv2_110d", "custom", false}, Case{"timm/mobilenetv1_100h", "custom", false},
        Case{"efficientnet_lite_pytorch/lite0", "custom", false},
        Case{"timm/tf_efficientnet_lite0", "custom", true}, Case{"timm/mobilenetv2", "mobilenet_v2", true},
        Case{"torchvision/mobilenet_v2", "mobilenet_v2", true}, Case{"timm/mobilenetv1", "custom", true}}) {
    INFO(network);
    const File file(network);
    ReadOptions options{.height = file.answer.height, .width = file.answer.width};
    if (named) options.torch_net = network;
    const auto weights = open_weights(file.path, options);
    CHECK(weights->configuration().net == net);
    CHECK(weights->assumed().find("assumed is " + network + ": ") != std::string::npos);
    Configuration c;
    c.net = net, c.height = file.answer.height, c.width = file.answer.width;
    const Network taken = weights->network(c);
    check_weights(taken, *weights);
    const auto made =
        reference::run_network(taken, *weights, reference::formula_input({c.height, c.width, 3}), true);
    CHECK(relative_difference({made.values.begin(), made.values.end()}, file.answer.output) < 1e-4);
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
