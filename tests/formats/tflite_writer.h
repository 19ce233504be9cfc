// Writes TFLite files for tests.
#pragma once

#include <mobilith_tflite.h>

#include <optional>
#include <string>
#include <vector>

#include "formats/numbers.h"

namespace mobilith::testing {

namespace tflite = mobilith::file::tflite;

class TfliteFile {
 public:
  // A tensor without data. Returns its index, as all that add tensors do.
  int tensor(const std::string& name, const Shape&, tflite::TensorType = tflite::TensorType::FLOAT32);
  int constant(const std::string& name, const Shape&, const std::vector<float>&);
  int constant(const std::string& name, const Shape&, const std::vector<int32_t>&);
  // Of these bytes, stored with scales and zero points along the axis; no scales: none.
  int constant(const std::string& name, const Shape&, tflite::TensorType, const std::string& bytes,
               const std::vector<float>& scales = {}, const std::vector<int64_t>& zeros = {}, int axis = 0);
  // How the next tensor() is stored.
  void quantise_next(float scale, int64_t zero) { next_scale_ = scale, next_zero_ = zero; }

  template <class Options>
  void op(tflite::Builtin code, const std::vector<int>& inputs, int output, int options_type,
          flatbuffers::Offset<Options> options) {
    add_op(code, inputs, output, options_type, options.o);
  }
  void op(tflite::Builtin code, const std::vector<int>& inputs, int output) {
    add_op(code, inputs, output, 0, 0);
  }

  // The file; then nothing can be added.
  std::string bytes(const std::vector<int>& inputs, const std::vector<int>& outputs);

  flatbuffers::FlatBufferBuilder builder;

 private:
  int add_tensor(const std::string& name, const Shape&, tflite::TensorType, uint32_t buffer,
                 flatbuffers::Offset<tflite::Quantization>);
  void add_op(tflite::Builtin, const std::vector<int>& inputs, int output, int options_type,
              uint32_t options);

  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::Operator>> operators_;
  std::optional<float> next_scale_;
  int64_t next_zero_ = 0;
};

}  // namespace mobilith::testing
