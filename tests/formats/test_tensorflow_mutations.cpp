// Frozen graphs of TensorFlow with one change each: computed as they are, or refused.
#include <cstring>
#include <functional>
#include <iostream>

#include "catch.h"
#include "formats/mutations.h"
#include "formats/network_files.h"
#include "formats/reading.h"
#include "formats/tensorflow_writer.h"
#include "networks/table.h"
#include "nightly.h"
#include "process.h"
#include "weights/weights.h"

namespace test_tensorflow_mutations {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

using Change = std::function<void(tensorflow::Node&)>;
using Changes = std::vector<std::pair<std::string, Change>>;

Change of_attribute(int index, const std::function<void(tensorflow::Attribute&)>& change) {
  return [=](tensorflow::Node& node) { change(*node.mutable_attr(index)->mutable_value()); };
}

// Each number one more and one less, each truth and word another, each attribute left out.
void attributes(const tensorflow::Node& node, Changes& changes) {
  for (int a = 0; a < node.attr_size(); a++) {
    const std::string& name = node.attr(a).key();
    const tensorflow::Attribute& value = node.attr(a).value();
    const auto add = [&](const std::string& what, const std::function<void(tensorflow::Attribute&)>& change) {
      changes.emplace_back(name + " " + what, of_attribute(a, change));
    };
    for (int i = 0; i < value.list().i_size(); i++)
      for (const int64_t step : {1, -1})
        add("[" + std::to_string(i) + "] by " + std::to_string(step), [=](auto& attribute) {
          auto* list = attribute.mutable_list()->mutable_i();
          list->Set(i, list->Get(i) + step);
        });
    if (value.has_f()) add("times 1.5", [](auto& attribute) { attribute.set_f(attribute.f() * 1.5f); });
    if (value.has_b()) add("turned", [](auto& attribute) { attribute.set_b(!attribute.b()); });
    if (value.has_type()) add("half", [](auto& attribute) { attribute.set_type(tensorflow::DT_HALF); });
    for (const char* word : {"SAME", "VALID", "NCHW", "NHWC"})
      if (value.has_s() && value.s() != word) add(word, [=](auto& attribute) { attribute.set_s(word); });
    changes.emplace_back("without " + name,
                         [=](tensorflow::Node& n) { n.mutable_attr()->DeleteSubrange(a, 1); });
  }
}

template <class Number>
void numbers_of(const tensorflow::Tensor& tensor, size_t most, std::initializer_list<Number> steps,
                int attribute, Changes& changes) {
  for (size_t i = 0; i < std::min(most, tensor.tensor_content().size() / sizeof(Number)); i++)
    for (const Number step : steps)
      changes.emplace_back("number " + std::to_string(i) + " by " + std::to_string(step),
                           of_attribute(attribute, [=](tensorflow::Attribute& value) {
                             std::string& bytes = *value.mutable_tensor()->mutable_tensor_content();
                             Number number;
                             std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
                             number += step;
                             std::memcpy(bytes.data() + i * sizeof number, &number, sizeof number);
                           }));
}

// Numbers and extents of constants.
void constants(const tensorflow::Node& node, Changes& changes) {
  for (int a = 0; a < node.attr_size(); a++) {
    if (!node.attr(a).value().has_tensor()) continue;
    const tensorflow::Tensor& tensor = node.attr(a).value().tensor();
    if (tensor.dtype() == tensorflow::DT_INT32) numbers_of<int32_t>(tensor, 8, {1, -1}, a, changes);
    if (tensor.dtype() == tensorflow::DT_FLOAT)
      numbers_of<float>(tensor, 1, {1.0f, -3.0f, std::numeric_limits<float>::quiet_NaN()}, a, changes);
    if (tensor.tensor_shape().dim_size() > 1)
      changes.emplace_back("extents swapped", of_attribute(a, [](tensorflow::Attribute& value) {
                             value.mutable_tensor()->mutable_tensor_shape()->mutable_dim()->SwapElements(0,
                                                                                                         1);
                           }));
  }
}

void operations(const tensorflow::Node& node, Changes& changes) {
  const auto becomes = [&](const char* type, const std::vector<std::string>& kept) {
    if (node.op() == type) return;
    changes.emplace_back(std::string("a ") + type, [=](tensorflow::Node& n) {
      n.set_op(type);
      for (int a = n.attr_size(); a-- > 0;)
        if (std::ranges::find(kept, n.attr(a).key()) == kept.end()) n.mutable_attr()->DeleteSubrange(a, 1);
    });
  };
  const std::vector<std::string> type{"T"}, window{"T", "strides", "padding"};
  if (node.input_size() == 1)
    for (const char* op : {"Relu", "Relu6", "Sigmoid", "Identity", "Softmax", "Rsqrt", "Elu"})
      becomes(op, type);
  if (node.op() == "Conv2D") becomes("DepthwiseConv2dNative", window);
  if (node.op() == "DepthwiseConv2dNative") becomes("Conv2D", window);
  if (node.op() == "Mean") becomes("Max", {"T", "Tidx", "keep_dims"});
  if (node.op() == "FusedBatchNormV3") becomes("FusedBatchNorm", {"T", "epsilon", "is_training"});
  if (node.input_size() == 2 && (node.op() == "AddV2" || node.op() == "Mul" || node.op() == "BiasAdd"))
    for (const char* op : {"AddV2", "Mul", "Sub", "RealDiv", "Minimum", "Maximum"}) becomes(op, type);
}

// shapes: of all tensors of the graph, by name.
void wiring(const tensorflow::Node& node, const std::map<std::string, file::Extents>& shapes,
            Changes& changes) {
  if (node.input_size() > 1) {
    changes.emplace_back("inputs swapped",
                         [](tensorflow::Node& n) { n.mutable_input()->SwapElements(0, 1); });
    changes.emplace_back("the last input left out",
                         [](tensorflow::Node& n) { n.mutable_input()->RemoveLast(); });
  }
  for (int i = 0; i < node.input_size(); i++) {
    int tried = 0;
    for (const auto& [name, shape] : shapes)
      if (name != node.input(i) && shape == shapes.at(node.input(i)) && tried++ < 3)
        changes.emplace_back("input " + std::to_string(i) + " is " + name,
                             [=, from = name](tensorflow::Node& n) { n.set_input(i, from); });
  }
}

std::map<std::string, file::Extents> shapes_of(const std::string& bytes) {
  std::map<std::string, file::Extents> shapes;
  for (const file::Tensor& tensor : read(bytes).tensors) shapes[tensor.name] = *tensor.shape;
  return shapes;
}

// every: of the changes, one in so many is tried.
Outcome try_changes(const Network& network, int every) {
  const auto weights = open_weights("synthetic");
  const std::string bytes = tensorflow_of(network, *weights);
  tensorflow::Graph graph;
  REQUIRE(graph.ParseFromString(bytes));
  const auto shapes = shapes_of(bytes);
  const TemporaryFolder folder;
  Outcome outcome;
  int number = 0;
  for (int n = 0; n < graph.node_size(); n++) {
    Changes changes;
    attributes(graph.node(n), changes), constants(graph.node(n), changes);
    operations(graph.node(n), changes), wiring(graph.node(n), shapes, changes);
    for (const auto& [what, change] : changes) {
      if (number++ % every != 0) continue;
      tensorflow::Graph changed = graph;
      change(*changed.mutable_node(n));
      INFO(graph.node(n).op() << " '" << graph.node(n).name() << "': " << what);
      write_text(folder / "model.pb", changed.SerializeAsString());
      check_file(folder / "model.pb", outcome);
    }
  }
  std::cout << outcome.answered << " answered, " << outcome.refused << " refused\n";
  return outcome;
}

}  // namespace

TEST_CASE("frozen graphs with one change are computed as they are, or refused") {
  Outcome all;
  const bool all_night = nightly();
  for (const auto& [network, every] :
       {std::pair{build_network({"mobilenet_v1", 0.1, 1, 32, 32, 3}), all_night ? 7 : 23},
        {build_network({"mobilenet_v2", 0.1, 1, 32, 32, 3}), all_night ? 11 : 31},
        {small_network("mobilenet_v2", 5), all_night ? 1 : 3},
        {small_network("mobilenet_v3_small", 12), all_night ? 3 : 7}}) {
    const Outcome outcome = try_changes(network, every);
    all.answered += outcome.answered, all.refused += outcome.refused;
  }
  CHECK(all.answered >= 150);
  CHECK(all.refused >= 150);
}

}  // namespace test_tensorflow_mutations
