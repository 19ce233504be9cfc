#include "formats/network_files.h"
#include "formats/tflite_writer.h"

namespace mobilith::testing {

namespace {

using tflite::Builtin;
using tflite::FusedActivation;
using tflite::Padding;

testing::Shape extents(const mobilith::Shape& shape) {
  return {1, shape.height, shape.width, shape.channels};
}

class Writing {
 public:
  Writing(const Network& network, const Weights& weights) : weights_(weights) {
    const int image = at_ = file_.tensor("image", extents(network.blocks.front().in()));
    for (const Block& block : network.blocks) {
      const int input = at_;
      for (const Layer& layer : block.layers) write(layer, input);
    }
    bytes_ = file_.bytes({image}, {at_});
  }
  std::string bytes() const { return bytes_; }

 private:
  void write(const Layer& layer, int block_input) {
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
        return convolution(layer);
      case LayerKind::add:
        return op(Builtin::ADD, layer.name, extents(layer.out), {block_input, at_}, 11,
                  tflite::CreateSumOptions(file_.builder));
      case LayerKind::pool: {
        const int axes = file_.constant(layer.name + "/axes", {2}, std::vector<int32_t>{1, 2});
        return op(Builtin::MEAN, layer.name, {1, layer.in.channels}, {at_, axes}, 27,
                  tflite::CreateReducerOptions(file_.builder, false));
      }
      case LayerKind::dense:
        return dense(layer);
      case LayerKind::softmax:
        return op(Builtin::SOFTMAX, layer.name, {1, layer.out.channels}, {at_}, 9,
                  tflite::CreateSoftmaxOptions(file_.builder, 1));
      case LayerKind::sigmoid:
        return plain(Builtin::LOGISTIC, layer.name, {1, layer.out.channels});
      default:
        throw std::logic_error("not written yet");
    }
  }

  template <class Options>
  void op(Builtin code, const std::string& name, const testing::Shape& shape, const std::vector<int>& inputs,
          int type, flatbuffers::Offset<Options> options) {
    const int output = file_.tensor(name, shape);
    file_.op(code, inputs, output, type, options);
    at_ = output;
  }
  void plain(Builtin code, const std::string& name, const testing::Shape& shape) {
    const int output = file_.tensor(name, shape);
    file_.op(code, {at_}, output);
    at_ = output;
  }

  void convolution(const Layer& layer) {
    const bool depthwise = layer.kind == LayerKind::depthwise;
    const LayerWindow& w = layer.window;
    const Pads& p = w.pads;
    if (p.top || p.bottom || p.left || p.right) {
      const int pads = file_.constant(layer.name + "/pads", {4, 2},
                                      std::vector<int32_t>{0, 0, p.top, p.bottom, p.left, p.right, 0, 0});
      op(Builtin::PAD, layer.name + "/pad",
         {1, layer.in.height + p.top + p.bottom, layer.in.width + p.left + p.right, layer.in.channels},
         {at_, pads}, 22, tflite::CreateAnyOptions(file_.builder));
    }
    const FoldedLayer folded = fold(layer, weights_);
    const int64_t out = layer.out.channels, in = layer.in.channels;
    std::vector<float> kernel = folded.kernel;
    if (!depthwise) {  // (y, x, input, output) to (output, y, x, input)
      const int64_t rows = int64_t(w.height) * w.width * in;
      for (int64_t o = 0; o < out; o++)
        for (int64_t k = 0; k < rows; k++)
          kernel[static_cast<size_t>(o * rows + k)] = folded.kernel[static_cast<size_t>(k * out + o)];
    }
    const testing::Shape shape =
        depthwise ? testing::Shape{1, w.height, w.width, out} : testing::Shape{out, w.height, w.width, in};
    const std::vector<int> inputs{at_, file_.constant(layer.name + "/kernel", shape, kernel),
                                  file_.constant(layer.name + "/bias", {out}, folded.bias)};
    const FusedActivation fused = layer.activation == ActivationFunction::relu    ? FusedActivation::RELU
                                  : layer.activation == ActivationFunction::relu6 ? FusedActivation::RELU6
                                                                                  : FusedActivation::NONE;
    if (depthwise)
      op(Builtin::DEPTHWISE_CONV_2D, layer.name, extents(layer.out), inputs, 2,
         tflite::CreateDepthwiseConv2DOptions(file_.builder, Padding::VALID, w.stride, w.stride,
                                              layer.depth_multiplier, fused, w.dilation, w.dilation));
    else
      op(Builtin::CONV_2D, layer.name, extents(layer.out), inputs, 1,
         tflite::CreateConv2DOptions(file_.builder, Padding::VALID, w.stride, w.stride, fused, w.dilation,
                                     w.dilation));
    if (layer.activation == ActivationFunction::hard_swish)
      plain(Builtin::HARD_SWISH, layer.name + "/hard_swish", extents(layer.out));
    if (layer.activation == ActivationFunction::sigmoid)
      plain(Builtin::LOGISTIC, layer.name + "/sigmoid", extents(layer.out));
  }

  void dense(const Layer& layer) {
    const FoldedLayer folded = fold(layer, weights_);
    const int64_t in = layer.in.channels, out = layer.out.channels;
    std::vector<float> matrix(folded.kernel.size());
    for (int64_t o = 0; o < out; o++)
      for (int64_t i = 0; i < in; i++)
        matrix[static_cast<size_t>(o * in + i)] = folded.kernel[static_cast<size_t>(i * out + o)];
    op(Builtin::FULLY_CONNECTED, layer.name, {1, out},
       {at_, file_.constant(layer.name + "/matrix", {out, in}, matrix),
        file_.constant(layer.name + "/bias", {out}, folded.bias)},
       8, tflite::CreateFullyConnectedOptions(file_.builder));
  }

  const Weights& weights_;
  TfliteFile file_;
  int at_ = -1;
  std::string bytes_;
};

}  // namespace

std::string tflite_of(const Network& network, const Weights& weights) {
  return Writing(network, weights).bytes();
}

}  // namespace mobilith::testing
