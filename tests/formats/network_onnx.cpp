#include <stdexcept>

#include "formats/network_files.h"
#include "formats/onnx_writer.h"

namespace mobilith::testing {

namespace {

class Writing {
 public:
  Writing(const Network& network, const Weights& weights) : weights_(weights) {
    const mobilith::Shape& in = network.blocks.front().in();
    file_.input("image", {1, in.channels, in.height, in.width});
    for (const Block& block : network.blocks) {
      const std::string input = at_;
      for (const Layer& layer : block.layers) write(layer, input);
    }
    file_.output(at_);
  }
  std::string bytes() const { return file_.bytes(); }

 private:
  void write(const Layer& layer, const std::string& block_input) {
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
        return convolution(layer);
      case LayerKind::add:
        return node("Add", layer.name, {block_input, at_});
      case LayerKind::pool:
        return node("GlobalAveragePool", layer.name, {at_});
      case LayerKind::dense:
        return dense(layer);
      case LayerKind::softmax:
        return node("Softmax", layer.name + "_softmax", {at_}, {integer("axis", -1)});
      case LayerKind::sigmoid:
        return node("Sigmoid", layer.name + "_sigmoid", {at_});
      default:
        throw std::logic_error("not written yet");
    }
  }

  void node(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
            const std::vector<onnx::Attribute>& attributes = {}) {
    onnx::Node& made = file_.node(type, inputs, name + "_out", attributes);
    made.set_name(name);
    at_ = name + "_out";
  }

  std::string constant(const std::string& name, const testing::Shape& shape,
                       const std::vector<float>& values) {
    file_.constant(name, shape, values);
    return name;
  }

  void convolution(const Layer& layer) {
    const bool depthwise = layer.kind == LayerKind::depthwise;
    const LayerWindow& w = layer.window;
    const int64_t out = layer.out.channels, in = depthwise ? 1 : layer.in.channels;
    const std::vector<float> kernel =
        weights_.tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values;
    std::vector<float> turned;  // (y, x, input, output) to (output, input, y, x)
    for (int64_t o = 0; o < out; o++)
      for (int64_t i = 0; i < in; i++)
        for (int64_t at = 0; at < w.height * w.width; at++)
          turned.push_back(kernel[static_cast<size_t>((at * in + i) * out + o)]);
    std::vector<std::string> inputs{at_,
                                    constant(layer.name + ".weight", {out, in, w.height, w.width}, turned)};
    if (layer.bias)
      inputs.push_back(
          constant(layer.name + ".bias", {out}, weights_.tensor(layer.name, "bias", {int(out)}).values));
    node("Conv", layer.name, inputs,
         {integers("kernel_shape", {w.height, w.width}), integers("strides", {w.stride, w.stride}),
          integers("dilations", {w.dilation, w.dilation}),
          integers("pads", {w.pads.top, w.pads.left, w.pads.bottom, w.pads.right}),
          integer("group", depthwise ? layer.in.channels : 1)});
    if (!layer.batch_norm.empty()) {
      std::vector<std::string> terms{at_};
      for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
        terms.push_back(constant(layer.batch_norm + "." + role, {out},
                                 weights_.tensor(layer.batch_norm, role, {int(out)}).values));
      node("BatchNormalization", layer.batch_norm, terms,
           {number("epsilon", float(weights_.epsilon(layer.batch_norm)))});
    }
    activation(layer);
  }

  void activation(const Layer& layer) {
    const ActivationFunction& f = layer.activation;
    const std::string name = layer.name + "_activation";
    const auto clip = [&](float low, float high) {
      node("Clip", name, {at_, constant(name + ".low", {}, {low}), constant(name + ".high", {}, {high})});
    };
    switch (f.kind) {
      case ActivationKind::none:
        return;
      case ActivationKind::relu:
        return node("Relu", name, {at_});
      case ActivationKind::relu6:
        return clip(0, 6);
      case ActivationKind::clamp:
        return clip(f.low, f.high);
      case ActivationKind::hard_swish:
        return node("HardSwish", name, {at_});
      case ActivationKind::sigmoid:
        return node("Sigmoid", name, {at_});
      case ActivationKind::hard_sigmoid:
        return node("HardSigmoid", name, {at_}, {number("alpha", 1.0f / 6), number("beta", 0.5f)});
    }
  }

  void dense(const Layer& layer) {
    node("Flatten", layer.name + "_flatten", {at_}, {integer("axis", 1)});
    const int64_t in = layer.in.channels, out = layer.out.channels;
    std::vector<std::string> inputs{
        at_, constant(layer.name + ".weight", {in, out},
                      weights_.tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values)};
    if (layer.bias)
      inputs.push_back(
          constant(layer.name + ".bias", {out}, weights_.tensor(layer.name, "bias", {int(out)}).values));
    node("Gemm", layer.name, inputs);
  }

  const Weights& weights_;
  OnnxFile file_{14};
  std::string at_ = "image";
};

}  // namespace

std::string onnx_of(const Network& network, const Weights& weights) {
  return Writing(network, weights).bytes();
}

}  // namespace mobilith::testing
