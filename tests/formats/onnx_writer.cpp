#include "formats/onnx_writer.h"

namespace mobilith::testing {

namespace {

onnx::Attribute attribute(const std::string& name, int type) {
  onnx::Attribute result;
  result.set_name(name);
  result.set_type(type);
  return result;
}

void describe(onnx::ValueInfo& info, const std::string& name, const Shape* shape) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(1);
  if (!shape) return;
  type.mutable_shape();
  for (const int64_t extent : *shape) {
    auto& dim = *type.mutable_shape()->add_dim();
    if (extent >= 0)
      dim.set_dim_value(extent);
    else
      dim.set_dim_param("open");
  }
}

}  // namespace

onnx::Attribute number(const std::string& name, float value) {
  auto result = attribute(name, 1);
  result.set_f(value);
  return result;
}

onnx::Attribute integer(const std::string& name, int64_t value) {
  auto result = attribute(name, 2);
  result.set_i(value);
  return result;
}

onnx::Attribute word(const std::string& name, const std::string& value) {
  auto result = attribute(name, 3);
  result.set_s(value);
  return result;
}

onnx::Attribute integers(const std::string& name, const std::vector<int64_t>& values) {
  auto result = attribute(name, 7);
  result.mutable_ints()->Add(values.begin(), values.end());
  return result;
}

onnx::Tensor tensor(const std::string& name, const Shape& shape, const std::vector<float>& values) {
  onnx::Tensor result;
  result.set_name(name);
  result.set_data_type(1);
  result.mutable_dims()->Add(shape.begin(), shape.end());
  result.set_raw_data(values.data(), values.size() * sizeof(float));
  return result;
}

onnx::Tensor tensor(const std::string& name, const Shape& shape, const std::vector<int64_t>& values) {
  onnx::Tensor result;
  result.set_name(name);
  result.set_data_type(7);
  result.mutable_dims()->Add(shape.begin(), shape.end());
  result.mutable_int64_data()->Add(values.begin(), values.end());
  return result;
}

OnnxFile::OnnxFile(int64_t opset) {
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_opset_import(0)->set_domain("");
  model.mutable_graph()->set_name("graph");
}

void OnnxFile::input(const std::string& name, const Shape& shape) {
  describe(*model.mutable_graph()->add_input(), name, &shape);
}

void OnnxFile::output(const std::string& name) {
  describe(*model.mutable_graph()->add_output(), name, nullptr);
}

onnx::Node& OnnxFile::node(const std::string& type, const std::vector<std::string>& inputs,
                           const std::string& output, const std::vector<onnx::Attribute>& attributes) {
  auto& node = *model.mutable_graph()->add_node();
  node.set_op_type(type);
  node.set_name(type + " of " + output);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
  for (const auto& one : attributes) *node.add_attribute() = one;
  return node;
}

}  // namespace mobilith::testing
