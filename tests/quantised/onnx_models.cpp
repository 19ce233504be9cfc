#include "quantised/onnx_models.h"

#include <fstream>
#include <stdexcept>

#include "graph/value.h"

namespace mobilith::testing {

onnx::Model onnx_model(const std::string& name) {
  std::ifstream file(onnx_folder / (name + ".onnx"), std::ios::binary);
  onnx::Model model;
  if (!file || !model.ParseFromIstream(&file)) throw std::runtime_error("no model " + name);
  return model;
}

onnx::Node& node_named(onnx::Model& model, const std::string& name) {
  for (onnx::Node& node : *model.mutable_graph()->mutable_node())
    if (node.name() == name) return node;
  throw std::runtime_error("no node " + name);
}

onnx::Tensor& constant_of(onnx::Model& model, const onnx::Node& node, int i) {
  for (onnx::Tensor& tensor : *model.mutable_graph()->mutable_initializer())
    if (i < node.input_size() && tensor.name() == node.input(i)) return tensor;
  throw std::runtime_error("input " + std::to_string(i) + " of " + node.name() + " is no constant");
}

}  // namespace mobilith::testing
