#include "formats/write_tflite.h"

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>
#include <mobilith_tflite.h>

#include <map>
#include <numeric>

#include "graph/file_error.h"
#include "graph/value.h"
#include "graph/window.h"

namespace mobilith::file {

namespace {

using tflite::Builtin;
using tflite::FusedActivation;
using Options = flatbuffers::Offset<tflite::AnyOptions>;

FusedActivation fused_of(const Operation& operation, const Clamp& bounds) {
  if (bounds == Clamp{}) return FusedActivation::NONE;
  if (bounds == Clamp{.low = 0}) return FusedActivation::RELU;
  if (bounds == Clamp{0, 6}) return FusedActivation::RELU6;
  if (bounds == Clamp{-1, 1}) return FusedActivation::RELU_N1_TO_1;
  refuse(operation, fmt::format("it keeps values from {:g} to {:g}, which a TFLite file can't say",
                                bounds.low, bounds.high));
}

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  std::string run(const std::string& description) {
    buffers_.push_back(tflite::CreateBuffer(builder_));  // the empty one
    for (const Tensor& tensor : graph_.tensors) add_tensor(tensor);
    for (const Operation& operation : graph_.operations) add(operation);
    const auto tensors = builder_.CreateVector(tensors_);
    const auto inputs = builder_.CreateVector(graph_.inputs), outputs = builder_.CreateVector(graph_.outputs);
    const auto operators = builder_.CreateVector(operators_);
    const auto name = builder_.CreateString("main");
    const auto subgraph = tflite::CreateSubGraph(builder_, tensors, inputs, outputs, operators, name);
    const auto codes = builder_.CreateVector(codes_);
    const auto subgraphs = builder_.CreateVector(std::vector{subgraph});
    const auto text = builder_.CreateString(description);
    const auto buffers = builder_.CreateVector(buffers_);
    builder_.Finish(tflite::CreateModel(builder_, 3, codes, subgraphs, text, buffers), "TFL3");
    return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
  }

 private:
  static tflite::TensorType type_of(const Tensor& tensor) {
    switch (tensor.type) {
      case ElementType::f32:
        return tflite::TensorType::FLOAT32;
      case ElementType::i8:
        return tflite::TensorType::INT8;
      case ElementType::i32:
        return tflite::TensorType::INT32;
      default:
        throw Error(fmt::format("tensor {}: {}, which is not written to a TFLite file",
                                file::quoted(tensor.name), name_of(tensor.type)));
    }
  }

  int add_tensor(const Tensor& tensor) {
    uint32_t buffer = 0;
    if (tensor.constant) {
      buffer = uint32_t(buffers_.size());
      // Bytes of a constant begin at a multiple of 16, as TFLite's own do.
      builder_.ForceVectorAlignment(tensor.constant->view.size(), 1, 16);
      const auto data = builder_.CreateVector(reinterpret_cast<const uint8_t*>(tensor.constant->view.data()),
                                              tensor.constant->view.size());
      buffers_.push_back(tflite::CreateBuffer(builder_, data));
    }
    flatbuffers::Offset<tflite::Quantization> quantisation;
    const auto& [scales, zeros, axis] = tensor.quantisation;
    if (!scales.empty()) {
      const auto scale = builder_.CreateVector(std::vector<float>(scales.begin(), scales.end()));
      const auto zero = builder_.CreateVector(zeros);
      quantisation = tflite::CreateQuantization(builder_, 0, 0, scale, zero, 0, 0, axis);
    }
    const auto shape =
        builder_.CreateVector(std::vector<int32_t>(tensor.shape->begin(), tensor.shape->end()));
    const auto name = builder_.CreateString(tensor.name);
    tensors_.push_back(tflite::CreateTensor(builder_, shape, type_of(tensor), buffer, name, quantisation));
    return int(tensors_.size()) - 1;
  }

  // version: the first that has what the operation needs (TensorFlow's tools/versioning/op_version.cc).
  uint32_t code(Builtin builtin, int version) {
    const auto [found, is_new] = code_of_.emplace(builtin, uint32_t(codes_.size()));
    if (is_new)
      codes_.push_back(
          tflite::CreateOperatorCode(builder_, int8_t(std::min(127, int(builtin))), 0, version, builtin));
    return found->second;
  }

  void put(Builtin builtin, int version, const std::vector<int>& inputs, int output, int options_type = 0,
           Options options = 0) {
    const uint32_t opcode = code(builtin, version);
    const auto in = builder_.CreateVector(inputs), out = builder_.CreateVector(std::vector{output});
    operators_.push_back(tflite::CreateOperator(builder_, opcode, in, out, uint8_t(options_type), options));
  }

  template <class T>
  static Options any(flatbuffers::Offset<T> options) {
    return Options(options.o);
  }

  int add_numbers(const std::string& name, const Extents& shape, const std::vector<double>& numbers) {
    return add_tensor(constant_tensor(name, shape, numbers, ElementType::i32));
  }

  // The zeros around an image, as an operation.
  int padded(const Operation& operation, const Window& w, int tensor) {
    Tensor image = graph_.tensors[size_t(tensor)];
    image.name = operation.name + "/padded";
    (*image.shape)[1] += w.top + w.bottom, (*image.shape)[2] += w.left + w.right;
    const int pads =
        add_numbers(operation.name + "/pads", {4, 2},
                    {0, 0, double(w.top), double(w.bottom), double(w.left), double(w.right), 0, 0});
    const int to = add_tensor(image);
    put(Builtin::PAD, 2, {tensor, pads}, to);
    return to;
  }

  // Whether `same` means these pads: as many as make outputs = inputs / stride, rounded up, the odd one
  // behind.
  static bool is_same(int64_t extent, int64_t outputs, int64_t stride, int64_t reach, int64_t before,
                      int64_t behind) {
    const int64_t all = std::max<int64_t>(0, (outputs - 1) * stride + reach - extent);
    return outputs == (extent + stride - 1) / stride && before == all / 2 && behind == all - all / 2;
  }

  void convolution(const Operation& operation) {
    const auto& settings = std::get<Convolution>(operation.attributes);
    const Window& w = settings.window;
    std::vector<int> inputs = operation.inputs;
    const Extents &in = *graph_.tensors[size_t(inputs[0])].shape,
                  &kernel = *graph_.tensors[size_t(inputs[1])].shape,
                  &out = *graph_.tensors[size_t(operation.outputs[0])].shape;
    const int64_t rows = (kernel[1] - 1) * w.dilation_height + 1,
                  columns = (kernel[2] - 1) * w.dilation_width + 1;
    tflite::Padding padding = tflite::Padding::VALID;
    if (w.top || w.bottom || w.left || w.right) {
      if (is_same(in[1], out[1], w.stride_height, rows, w.top, w.bottom) &&
          is_same(in[2], out[2], w.stride_width, columns, w.left, w.right))
        padding = tflite::Padding::SAME;
      else
        inputs[0] = padded(operation, w, inputs[0]);
    }
    const FusedActivation fused = fused_of(operation, settings.fused);
    const int sx = int(w.stride_width), sy = int(w.stride_height), dx = int(w.dilation_width),
              dy = int(w.dilation_height);
    if (settings.kernel == KernelOrder::depthwise)
      put(Builtin::DEPTHWISE_CONV_2D, 3, inputs, operation.outputs[0], 2,
          any(tflite::CreateDepthwiseConv2DOptions(builder_, padding, sx, sy, int(settings.said_multiplier),
                                                   fused, dx, dy)));
    else
      put(Builtin::CONV_2D, 3, inputs, operation.outputs[0], 1,
          any(tflite::CreateConv2DOptions(builder_, padding, sx, sy, fused, dx, dy)));
  }

  void mean(const Operation& operation) {
    const auto& settings = std::get<Reduce>(operation.attributes);
    const auto axes = settings.axes.value_or(std::vector<int64_t>{});
    const int numbers =
        add_numbers(operation.name + "/axes", {int64_t(axes.size())}, {axes.begin(), axes.end()});
    put(Builtin::MEAN, 2, {operation.inputs[0], numbers}, operation.outputs[0], 27,
        any(tflite::CreateReducerOptions(builder_, settings.keep_axes)));
  }

  // Of bytes to floats: of floats that are dequantised first.
  void softmax(const Operation& operation) {
    const int from = operation.inputs[0], to = operation.outputs[0];
    const auto options = [&] {
      return any(tflite::CreateSoftmaxOptions(builder_, float(std::get<Softmax>(operation.attributes).beta)));
    };
    if (graph_.tensors[size_t(to)].type != ElementType::f32)
      return put(Builtin::SOFTMAX, 2, {from}, to, 9, options());
    Tensor floats = graph_.tensors[size_t(to)];
    floats.name += "/input";
    const int between = add_tensor(floats);
    put(Builtin::DEQUANTIZE, 2, {from}, between);
    put(Builtin::SOFTMAX, 1, {between}, to, 9, options());
  }

  void add(const Operation& operation) {
    const std::vector<int>& inputs = operation.inputs;
    const int to = operation.outputs[0];
    switch (operation.kind) {
      case OperationKind::convolution:
        return convolution(operation);
      case OperationKind::reduce:
        return mean(operation);
      case OperationKind::requantise:
        if (graph_.tensors[size_t(to)].type == ElementType::f32)
          return put(Builtin::DEQUANTIZE, 2, inputs, to);
        return put(Builtin::QUANTIZE, 1, inputs, to);
      case OperationKind::add:
        return put(Builtin::ADD, 2, inputs, to, 11,
                   any(tflite::CreateSumOptions(
                       builder_, fused_of(operation, std::get<Elementwise>(operation.attributes).fused))));
      case OperationKind::multiply:
        return put(Builtin::MUL, 2, inputs, to, 21,
                   any(tflite::CreateFusedOptions(
                       builder_, fused_of(operation, std::get<Elementwise>(operation.attributes).fused))));
      case OperationKind::softmax:
        return softmax(operation);
      case OperationKind::sigmoid:
        return put(Builtin::LOGISTIC, 2, inputs, to);
      case OperationKind::hard_swish:
        return put(Builtin::HARD_SWISH, 1, inputs, to);
      default:
        refuse(operation, "an operation that is not written to a TFLite file");
    }
  }

  const Graph& graph_;
  flatbuffers::FlatBufferBuilder builder_{1 << 20};
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers_;
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors_;
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes_;
  std::vector<flatbuffers::Offset<tflite::Operator>> operators_;
  std::map<Builtin, uint32_t> code_of_;
};

}  // namespace

std::string tflite_file(const Graph& graph, const std::string& description) {
  return Writer(graph).run(description);
}

}  // namespace mobilith::file
