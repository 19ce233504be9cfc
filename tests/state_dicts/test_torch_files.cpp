// State dicts that become graphs, as weights files: their networks, and how the user says which they are.
#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/errors.h"
#include "nightly.h"
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
    // Libraries of the second kind are made in test_format_libraries, by day, too.
    if (network == std::string("timm/mnasnet") && !nightly()) continue;
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

TEST_CASE("config.json beside a model of transformers says its padding, its side and its classes") {
  const nlohmann::json plain = {{"model_type", "mobilenet_v2"},
                                {"architectures", {"MobileNetV2ForImageClassification"}},
                                {"hidden_act", "relu6"},
                                {"layer_norm_eps", 0.001},
                                {"image_size", 64},
                                {"tf_padding", true}};
  // The answers of the two differ: which of them is opened is seen.
  for (const bool same : {true, false}) {
    const std::string network = same ? "transformers/mobilenet_v2" : "transformers/mobilenet_v2_both_sides";
    const File file(network);
    nlohmann::json config = plain;
    config["tf_padding"] = same;
    for (int i = 0; i < 10; i++) config["id2label"][std::to_string(i)] = "class " + std::to_string(9 - i);
    write_text(file.folder / "config.json", config.dump());
    const auto by_side = open_weights(file.path);
    CHECK(by_side->assumed().find("assumed is " + network + ": ") != std::string::npos);
    CHECK(by_side->assumed().find("as config.json says") != std::string::npos);
    CHECK(by_side->assumed().find("must be named") == std::string::npos);
    CHECK(by_side->configuration().height == 64);
    CHECK(by_side->labels().names.size() == 10);
    CHECK(by_side->labels().names.at(0) == "class 9");
    const auto weights = open_weights(file.path, {.height = file.answer.height, .width = file.answer.width});
    const auto image = reference::formula_input({file.answer.height, file.answer.width, 3});
    const auto made = weights->outputs_for({image.values.begin(), image.values.end()});
    CHECK(relative_difference(made.at(0), file.answer.output) < 1e-4);
  }
}

TEST_CASE(
    "a setting of config.json that is not computed is refused by name; another program's says nothing") {
  const File file("transformers/mobilenet_v1");
  const std::string alone = open_weights(file.path)->hash();
  const auto with = [&](const std::string& text, std::optional<std::string> net = {}) {
    write_text(file.folder / "config.json", text);
    try {
      return open_weights(file.path, {.torch_net = net})->assumed();
    } catch (const WeightsError& error) {
      return std::string("refused: ") + error.what();
    }
  };
  const auto config = [&](const std::string& setting) {
    return with(R"({"model_type": "mobilenet_v1", )" + setting + "}");
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(config(R"("hidden_act": "relu")"),
             Contains(R"(refused: )") && Contains(R"(has hidden_act "relu"; expected "relu6")"));
  CHECK_THAT(config(R"("layer_norm_eps": 1e-5)"), Contains("has layer_norm_eps 1e-05; expected 0.001"));
  CHECK_THAT(config(R"("output_stride": 16)"), Contains("has output_stride 16; expected 32"));
  CHECK_THAT(config(R"("tf_padding": 1)"), Contains("has tf_padding 1; expected true or false"));
  CHECK_THAT(config(R"("image_size": [224, 224])"),
             Contains("has image_size [224,224]; expected a whole number"));
  CHECK_THAT(config(R"("quantization_config": {})"),
             Contains("the setting 'quantization_config', which may change"));
  CHECK_THAT(config(R"("num_labels": 10)"), Contains("as config.json says"));
  // Not this model's.
  for (const std::string other : {R"({"model_type": "mobilenet_v2", "hidden_act": "relu"})", R"({"lr": 0.1})",
                                  "[1]", "{", "", R"({"model_type": 1})"})
    CHECK_THAT(with(other), Contains("which must be named"));
  CHECK_THAT(with(R"({"model_type": "mobilenet_v1", "hidden_act": "relu"})", "transformers/mobilenet_v1"),
             Contains("assumed is transformers/mobilenet_v1: ") && !Contains("config.json"));
  // It is part of the model where it is read.
  CHECK(open_weights(file.path, {.torch_net = "transformers/mobilenet_v1"})->hash() == alone);
  config(R"("num_labels": 10)");
  CHECK(open_weights(file.path)->hash() != alone);
}

}  // namespace test_torch_files
