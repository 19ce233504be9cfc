// Quantised ONNX files with one change each: what is computed in whole numbers is what the file's own graph
// computes of real numbers that are rounded where it says so, or the file is refused in one line.
#include <cmath>
#include <functional>
#include <iostream>

#include "catch.h"
#include "graph/evaluate.h"
#include "graph/file_error.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"
#include "quantised/fuse.h"
#include "quantised/onnx_models.h"

namespace mobilith::testing::test_onnx_mutations {

namespace {

struct Change {
  std::string what;
  std::function<void(onnx::Model&)> make;
};

void add_attribute_changes(std::vector<Change>& changes, int n, const onnx::Node& node) {
  for (int a = 0; a < node.attribute_size(); a++) {
    const onnx::Attribute& attribute = node.attribute(a);
    const auto of = [n, a](onnx::Model& m) {
      return m.mutable_graph()->mutable_node(n)->mutable_attribute(a);
    };
    for (const int64_t step : {1, -1})
      for (int i = 0; i < attribute.ints_size(); i++)
        changes.push_back({attribute.name() + " by " + std::to_string(step),
                           [=](onnx::Model& m) { of(m)->mutable_ints()->Set(i, of(m)->ints(i) + step); }});
    if (attribute.has_i())
      changes.push_back({attribute.name() + " by 1", [=](onnx::Model& m) { of(m)->set_i(of(m)->i() + 1); }});
    if (attribute.has_f())
      changes.push_back(
          {attribute.name() + " times 1.5", [=](onnx::Model& m) { of(m)->set_f(of(m)->f() * 1.5f); }});
    changes.push_back({"without " + attribute.name(), [=](onnx::Model& m) {
                         m.mutable_graph()->mutable_node(n)->mutable_attribute()->DeleteSubrange(a, 1);
                       }});
  }
}

// Each number of each attribute, each pair of inputs, each type, each scale and zero point.
std::vector<Change> changes_of(const onnx::Model& model) {
  std::vector<Change> changes;
  for (int n = 0; n < model.graph().node_size(); n++) {
    const onnx::Node& node = model.graph().node(n);
    const auto of = [n](onnx::Model& m) { return m.mutable_graph()->mutable_node(n); };
    add_attribute_changes(changes, n, node);
    for (int i = 0; i < node.input_size(); i++) {
      if (i > 0)
        changes.push_back({node.name() + ", inputs " + std::to_string(i) + " and before swapped",
                           [=](onnx::Model& m) { of(m)->mutable_input()->SwapElements(i, i - 1); }});
      changes.push_back({node.name() + " without input " + std::to_string(i),
                         [=](onnx::Model& m) { of(m)->set_input(i, ""); }});
    }
    for (const auto& [from, to] : {std::pair{"Add", "Mul"},
                                   {"Mul", "Add"},
                                   {"Add", "Sub"},
                                   {"QLinearAdd", "QLinearMul"},
                                   {"QLinearMul", "QLinearAdd"},
                                   {"HardSwish", "Relu"},
                                   {"Relu", "Sigmoid"},
                                   {"Relu", "HardSwish"},
                                   {"GlobalAveragePool", "GlobalMaxPool"},
                                   {"QLinearGlobalAveragePool", "QLinearSigmoid"},
                                   {"Flatten", "Identity"},
                                   {"Clip", "Relu"}})
      if (node.op_type() == from)
        changes.push_back(
            {node.name() + " as " + to, [of, to = to](onnx::Model& m) { of(m)->set_op_type(to); }});
  }
  for (int t = 0; t < model.graph().initializer_size(); t++) {
    const onnx::Tensor& tensor = model.graph().initializer(t);
    const auto of = [t](onnx::Model& m) { return m.mutable_graph()->mutable_initializer(t); };
    if (tensor.float_data_size() == 1)
      for (const float factor : {1.5f, -1.0f, 0.0f})
        changes.push_back({tensor.name() + " times " + std::to_string(factor),
                           [=](onnx::Model& m) { of(m)->set_float_data(0, of(m)->float_data(0) * factor); }});
    if (tensor.int32_data_size() == 1)
      changes.push_back({tensor.name() + " by 1",
                         [=](onnx::Model& m) { of(m)->set_int32_data(0, of(m)->int32_data(0) ^ 1); }});
  }
  return changes;
}

struct Outcome {
  int answered = 0, refused = 0, equal = 0;
};

// How far apart outputs are, in places of bytes; floats have this scale.
double furthest(const std::vector<file::Value>& one, const std::vector<file::Value>& other, double scale) {
  double most = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    if (one[i].numbers.size() != other[i].numbers.size()) return INFINITY;
    for (size_t k = 0; k < one[i].numbers.size(); ++k)
      most = std::max(most, std::abs(one[i].numbers[k] - other[i].numbers[k]) / scale);
  }
  return most;
}

void check_model(const onnx::Model& model, Outcome& outcome) {
  try {
    const file::Graph graph =
        file::read_graph(std::make_shared<const std::string>(model.SerializeAsString()));
    std::vector<std::vector<double>> inputs;
    for (const int i : graph.inputs) inputs.push_back(formula_input(graph.tensors[size_t(i)]));
    const file::Graph whole = quantised::fused(graph);
    const auto found = quantised::evaluate(whole, inputs, quantised::Requantise::onnx);
    const file::Tensor& last = graph.tensors[size_t(graph.outputs[0])];
    double scale = 1;  // of a network's floats: that of the bytes before
    if (last.type == file::ElementType::f32)
      scale = whole.tensors[size_t(whole.operations.back().inputs[0])].quantisation.scales.at(0);
    const double apart = furthest(found, file::evaluate(graph, inputs), scale);
    CHECK(apart <= 2.001);
    outcome.equal += apart < 0.001;
    ++outcome.answered;
  } catch (const file::Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    ++outcome.refused;
  }
}

}  // namespace

TEST_CASE("quantised ONNX files with one change compute what their graphs say, or are refused") {
  Outcome outcome;
  for (const char* name :
       {"network_qdq_u8s8", "network_qoperator_s8s8", "functions_qdq_s8", "functions_qoperator_u8",
        "products_qdq_u8s8_channels", "products_qoperator_u8u8_tensor"}) {
    const onnx::Model model = onnx_model(name);
    for (const auto& [what, make] : changes_of(model)) {
      onnx::Model changed = model;
      make(changed);
      INFO(name << ": " << what);
      check_model(changed, outcome);
    }
  }
  std::cout << outcome.answered << " answered, " << outcome.equal << " of them equal, " << outcome.refused
            << " refused\n";
  CHECK(outcome.answered >= 200);
  CHECK(outcome.equal >= 100);
  CHECK(outcome.refused >= 300);
}

}  // namespace mobilith::testing::test_onnx_mutations
