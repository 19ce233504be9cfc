// Graphs of state dicts against what PyTorch computes, for every network of the table.
#include <algorithm>
#include <map>

#include "catch.h"
#include "graph/evaluate.h"
#include "normal_form/normal_form.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/torch_answers.h"
#include "torch_graphs/torch_graph.h"

namespace test_torch_answers {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// What two libraries make with the same tensors' names and shapes, one of each as it is in the answers.
const std::vector<std::vector<std::string>> twins = {
    {"timm/mobilenetv3_large", "timm/tf_mobilenetv3_large"},
    {"timm/mobilenetv3_small", "timm/tf_mobilenetv3_small"},
    {"timm/mobilenetv4_conv_medium", "timm/mobilenetv4_conv_aa_medium", "timm/mobilenetv4_conv_blur_medium"},
    {"timm/mobilenetv4_conv_large", "timm/mobilenetv4_conv_aa_large"},
    {"timm/efficientnet_lite0", "timm/tf_efficientnet_lite0"},
    {"timm/efficientnet_lite1", "timm/tf_efficientnet_lite1"},
    {"timm/efficientnet_lite2", "timm/tf_efficientnet_lite2"},
    {"timm/efficientnet_lite3", "timm/tf_efficientnet_lite3"},
    {"timm/efficientnet_lite4", "timm/tf_efficientnet_lite4"},
};

// What is only taken if it is named, and what is taken of its tensors else.
const std::map<std::string, std::string> named_alone = {
    {"torchvision/quantizable_mobilenet_v2", "torchvision/mobilenet_v2"},
    {"pytorch_cifar_models/mobilenetv2", "torchvision/mobilenet_v2"},
    {"transformers/mobilenet_v1_both_sides", "transformers/mobilenet_v1"},
    {"transformers/mobilenet_v2_both_sides", "transformers/mobilenet_v2"},
};

std::vector<std::string> twins_of(const std::string& network) {
  for (const auto& names : twins)
    if (std::ranges::find(names, network) != names.end()) return names;
  return {network};
}

std::vector<double> output(const file::Graph& graph, const TorchAnswer& answer) {
  const auto made =
      file::evaluate(graph, std::vector<std::vector<double>>{formula_image(answer.height, answer.width)});
  return made.at(0).numbers;
}

file::TorchRequest request(const TorchAnswer& answer, std::optional<std::string> net = {}) {
  return {.height = answer.height, .width = answer.width, .net = std::move(net)};
}

const std::string blurs = "timm/mobilenetv4_conv_blur_medium";

void check_answers(const std::string& name, const TorchAnswer& answer, const file::TorchGraph& made) {
  CHECK(made.network == name);
  const std::vector<double> ours = output(made.graph, answer);
  const double difference = relative_difference(ours, answer.output);
  CAPTURE(difference);
  CHECK(difference < 1e-4);
  CHECK(relative_difference(output(file::normalise(made.graph), answer), ours) < 1e-9);
}

void check_each_tensor_is_used_once(const TorchAnswer& answer, const file::Graph& graph) {
  std::map<std::string, int> uses;
  for (const file::Operation& operation : graph.operations)
    for (const int input : operation.inputs)
      if (graph.tensors[size_t(input)].constant) uses[graph.tensors[size_t(input)].name]++;
  for (const file::NamedTensor& tensor : answer.dict.tensors)
    if (!tensor.name.ends_with(".num_batches_tracked"))
      if (uses[tensor.name] != 1) FAIL_CHECK(tensor.name << " is used " << uses[tensor.name] << " times");
  CHECK(std::ranges::count_if(answer.dict.tensors, [](const auto& tensor) {
          return !tensor.name.ends_with(".num_batches_tracked");
        }) == int64_t(uses.size()));
}

void check_choice(const std::string& name, const TorchAnswer& answer) {
  if (const auto found = named_alone.find(name); found != named_alone.end()) {
    const file::TorchGraph taken = torch_graph(answer.dict, request(answer));
    CHECK(taken.network == found->second);
    CHECK_THAT(taken.assumed.alike,
               Contains("also those of ") && Contains(name + " (") && Contains("must be named"));
    CHECK(relative_difference(output(taken.graph, answer), answer.output) > 1e-3);
    return;
  }
  const std::vector<std::string> alike = twins_of(name);
  if (!name.ends_with("lite2"))  // lite1 has the same names
    CHECK(std::ranges::count(alike, file::nearest_torch_network(answer.dict)) == 1);
  if (alike.size() == 1) {
    CHECK(torch_graph(answer.dict, request(answer)).network == name);
    return;
  }
  try {
    torch_graph(answer.dict, request(answer));
    FAIL("a network was guessed");
  } catch (const file::Undecided& undecided) {
    CHECK(undecided.networks == alike);
    CHECK_THAT(undecided.what(), Contains(name) && Contains("which compute different things"));
  }
}

}  // namespace

// One case, because making a network's tensors takes as long as what is done with them.
TEST_CASE(
    "names and shapes choose the network, a tie is not guessed; its graph uses each tensor once and computes "
    "what PyTorch computes, in its normal form, too") {
  size_t compared = 0;
  for (const std::string& name : answered_networks()) {
    INFO(name);
    const TorchAnswer answer = torch_answer(name);
    check_choice(name, answer);
    if (name == blurs) continue;
    const file::TorchGraph made = torch_graph(answer.dict, request(answer, name));
    check_answers(name, answer, made);
    check_each_tensor_is_used_once(answer, made.graph);
    compared++;
  }
  // Older names of V2 are tried below; a blur is refused.
  CHECK(compared == file::torch_network_names().size() - 3);
}

TEST_CASE("older names of V2 give what the names of today give") {
  using Rename = std::string (*)(const std::string&);
  for (const auto& [name, rename] :
       {std::pair<std::string, Rename>{"older/mobilenet_v2", older_name},
        std::pair<std::string, Rename>{"older/mobilenet_v2_apart", name_apart}}) {
    TorchAnswer answer = torch_answer("torchvision/mobilenet_v2");
    for (file::NamedTensor& tensor : answer.dict.tensors) tensor.name = rename(tensor.name);
    const file::TorchGraph made = torch_graph(answer.dict, request(answer));
    CHECK(made.network == name);
    CHECK(relative_difference(output(made.graph, answer), answer.output) < 1e-4);
  }
}

TEST_CASE("networks of the same names and shapes compute different things") {
  for (const auto& names : twins) {
    if (names[0].ends_with("medium") || names[0].ends_with("lite4")) continue;  // two of a kind are enough
    INFO(names[0]);
    const TorchAnswer answer = torch_answer(names[0]);
    const file::TorchGraph other = torch_graph(answer.dict, request(answer, names[1]));
    CHECK(relative_difference(output(other.graph, answer), answer.output) > 1e-3);
  }
}

TEST_CASE("a network that blurs is refused by name") {
  const TorchAnswer answer = torch_answer(blurs);
  CHECK_THROWS_WITH(torch_graph(answer.dict, request(answer, blurs)), Contains(blurs) && Contains("blurs"));
}

}  // namespace test_torch_answers
