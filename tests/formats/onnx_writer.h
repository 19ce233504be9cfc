// Writes ONNX files for tests.
#pragma once

#include <mobilith_onnx.pb.h>

#include <string>
#include <vector>

#include "formats/numbers.h"

namespace mobilith::testing {

namespace onnx = mobilith::file::onnx;

onnx::Attribute number(const std::string& name, float);
onnx::Attribute integer(const std::string& name, int64_t);
onnx::Attribute integers(const std::string& name, const std::vector<int64_t>&);
onnx::Attribute word(const std::string& name, const std::string&);
// A tensor of floats, or of 64-bit integers.
onnx::Tensor tensor(const std::string& name, const Shape&, const std::vector<float>&);
onnx::Tensor tensor(const std::string& name, const Shape&, const std::vector<int64_t>&);

class OnnxFile {
 public:
  explicit OnnxFile(int64_t opset);
  // -1: an extent that is left open.
  void input(const std::string& name, const Shape&);
  void output(const std::string& name);
  void constant(const std::string& name, const Shape& shape, const std::vector<float>& values) {
    *model.mutable_graph()->add_initializer() = tensor(name, shape, values);
  }
  void constant(const std::string& name, const Shape& shape, const std::vector<int64_t>& values) {
    *model.mutable_graph()->add_initializer() = tensor(name, shape, values);
  }
  onnx::Node& node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
                   const std::vector<onnx::Attribute>& = {});
  std::string bytes() const { return model.SerializeAsString(); }

  onnx::Model model;
};

}  // namespace mobilith::testing
