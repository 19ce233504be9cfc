#include "formats/tflite_writer.h"

#include <algorithm>

namespace mobilith::testing {

using flatbuffers::Offset;

int TfliteFile::add_tensor(const std::string& name, const Shape& shape, tflite::TensorType type,
                           uint32_t buffer, Offset<tflite::Quantization> quantization) {
  if (buffers_.empty()) buffers_.push_back(tflite::CreateBuffer(builder));
  const std::vector<int32_t> extents(shape.begin(), shape.end());
  const auto shape_offset = builder.CreateVector(extents);
  const auto name_offset = builder.CreateString(name);
  tensors_.push_back(tflite::CreateTensor(builder, shape_offset, type, buffer, name_offset, quantization));
  return int(tensors_.size()) - 1;
}

int TfliteFile::tensor(const std::string& name, const Shape& shape, tflite::TensorType type) {
  Offset<tflite::Quantization> quantization;
  if (next_scale_)
    quantization =
        tflite::CreateQuantization(builder, 0, 0, builder.CreateVector(std::vector<float>{*next_scale_}),
                                   builder.CreateVector(std::vector<int64_t>{next_zero_}));
  next_scale_.reset();
  return add_tensor(name, shape, type, 0, quantization);
}

int TfliteFile::constant(const std::string& name, const Shape& shape, tflite::TensorType type,
                         const std::string& bytes, const std::vector<float>& scales,
                         const std::vector<int64_t>& zeros, int axis) {
  if (buffers_.empty()) buffers_.push_back(tflite::CreateBuffer(builder));
  builder.ForceVectorAlignment(bytes.size(), 1, 16);
  const auto data = builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  buffers_.push_back(tflite::CreateBuffer(builder, data));
  Offset<tflite::Quantization> quantization;
  if (!scales.empty()) {
    const auto scale = builder.CreateVector(scales);
    const auto zero = builder.CreateVector(zeros);
    quantization = tflite::CreateQuantization(builder, 0, 0, scale, zero, 0, 0, axis);
  }
  return add_tensor(name, shape, type, uint32_t(buffers_.size()) - 1, quantization);
}

int TfliteFile::constant(const std::string& name, const Shape& shape, const std::vector<float>& values) {
  return constant(name, shape, tflite::TensorType::FLOAT32,
                  {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

int TfliteFile::constant(const std::string& name, const Shape& shape, const std::vector<int32_t>& values) {
  return constant(name, shape, tflite::TensorType::INT32,
                  {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int32_t)});
}

void TfliteFile::add_op(tflite::Builtin code, const std::vector<int>& inputs, int output, int options_type,
                        uint32_t options) {
  codes_.push_back(tflite::CreateOperatorCode(builder, int8_t(std::min(int(code), 127)), 0, 1, code));
  const auto in = builder.CreateVector(inputs);
  const auto out = builder.CreateVector(std::vector<int>{output});
  operators_.push_back(tflite::CreateOperator(builder, uint32_t(codes_.size()) - 1, in, out,
                                              uint8_t(options_type), Offset<tflite::AnyOptions>(options)));
}

std::string TfliteFile::bytes(const std::vector<int>& inputs, const std::vector<int>& outputs) {
  const auto subgraph =
      tflite::CreateSubGraph(builder, builder.CreateVector(tensors_), builder.CreateVector(inputs),
                             builder.CreateVector(outputs), builder.CreateVector(operators_));
  const auto subgraphs = builder.CreateVector(std::vector{subgraph});
  const auto codes = builder.CreateVector(codes_);
  const auto buffers = builder.CreateVector(buffers_);
  tflite::FinishModelBuffer(builder, tflite::CreateModel(builder, 3, codes, subgraphs, 0, buffers));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace mobilith::testing
