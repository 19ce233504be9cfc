// Writes TensorFlow's frozen graphs for tests.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <string>
#include <vector>

#include "formats/numbers.h"

namespace mobilith::testing {

namespace tensorflow = mobilith::file::tensorflow;

class TensorflowFile {
 public:
  // A node; the functions after it give it attributes.
  TensorflowFile& node(const std::string& op, const std::string& name,
                       const std::vector<std::string>& inputs) {
    node_ = graph.add_node();
    node_->set_op(op), node_->set_name(name);
    for (const auto& input : inputs) node_->add_input(input);
    return *this;
  }
  TensorflowFile& type(const std::string& name, int type) {
    attribute(name).set_type(tensorflow::DataType(type));
    return *this;
  }
  TensorflowFile& truth(const std::string& name, bool value) { return attribute(name).set_b(value), *this; }
  TensorflowFile& number(const std::string& name, float value) { return attribute(name).set_f(value), *this; }
  TensorflowFile& integer(const std::string& name, int64_t value) {
    return attribute(name).set_i(value), *this;
  }
  TensorflowFile& word(const std::string& name, const std::string& value) {
    attribute(name).set_s(value);
    return *this;
  }
  TensorflowFile& integers(const std::string& name, const Shape& values) {
    attribute(name).mutable_list()->mutable_i()->Add(values.begin(), values.end());
    return *this;
  }
  TensorflowFile& words(const std::string& name, const std::vector<std::string>& values) {
    for (auto& list = *attribute(name).mutable_list(); const auto& value : values) list.add_s(value);
    return *this;
  }
  TensorflowFile& types(const std::string& name, const std::vector<int>& values) {
    for (auto& list = *attribute(name).mutable_list(); const int value : values)
      list.add_type(tensorflow::DataType(value));
    return *this;
  }
  // -1: an extent that is left open.
  TensorflowFile& input(const std::string& name, const Shape& shape) {
    node("Placeholder", name, {}).type("dtype", 1);
    for (auto& to = *attribute("shape").mutable_shape(); const int64_t extent : shape)
      to.add_dim()->set_size(extent);
    return *this;
  }
  // A constant of this type, whose numbers the caller gives.
  tensorflow::Tensor& constant(const std::string& name, int type, const Shape& shape) {
    node("Const", name, {}).type("dtype", type);
    auto& tensor = *attribute("value").mutable_tensor();
    tensor.set_dtype(tensorflow::DataType(type));
    for (auto& to = *tensor.mutable_tensor_shape(); const int64_t extent : shape)
      to.add_dim()->set_size(extent);
    return tensor;
  }
  void floats(const std::string& name, const Shape& shape, const std::vector<float>& values) {
    constant(name, 1, shape).set_tensor_content(values.data(), values.size() * sizeof(float));
  }
  void whole(const std::string& name, const Shape& shape, const std::vector<int32_t>& values) {
    constant(name, 3, shape).set_tensor_content(values.data(), values.size() * sizeof(int32_t));
  }
  std::string bytes() const { return graph.SerializeAsString(); }

  tensorflow::Graph graph{};

 private:
  tensorflow::Attribute& attribute(const std::string& name) {
    auto& entry = *node_->add_attr();
    entry.set_key(name);
    return *entry.mutable_value();
  }
  tensorflow::Node* node_ = nullptr;
};

}  // namespace mobilith::testing
