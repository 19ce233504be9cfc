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

std::vector<double> formula_input(const file::Tensor& tensor) {
  std::vector<double> numbers;
  uint64_t state = 12345;
  for (int64_t i = file::elements(*tensor.shape, "input"); i > 0; --i) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const double byte = double(state >> 16 & 255);
    numbers.push_back(tensor.type == file::ElementType::f32  ? (byte - 128) / 16
                      : tensor.type == file::ElementType::i8 ? byte - 128
                                                             : byte);
  }
  return numbers;
}

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace mobilith::testing
