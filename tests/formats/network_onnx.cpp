#include <algorithm>

#include "formats/network_files.h"
#include "formats/onnx_writer.h"

namespace mobilith::testing {

namespace {

class Writing {
 public:
  Writing(const Network& network, const Weights& weights) : weights_(weights) {
    const mobilith::Shape& in = network.blocks.front().in();
    file_.input("image", {1, in.channels, in.height, in.width});
    std::vector<std::string> outputs;
    for (size_t i = 0; i < network.blocks.size(); i++) {
      const Block& block = network.blocks[i];
      inputs_.clear();
      for (const int from : network.inputs_of(i))
        inputs_.push_back(from < 0 ? "image" : outputs[size_t(from)]);
      at_ = inputs_.front();
      as_convolutions_ = block.kind == BlockKind::gate || block.kind == BlockKind::dense;
      flattens_ = i > 0 && block.layers[0].kind == LayerKind::dense &&
                  network.blocks[i - 1].layers.back().kind != LayerKind::mean_max_pool;
      for (const Layer& layer : block.layers) write(layer);
      outputs.push_back(at_);
      if (std::ranges::count(network.outputs, block.name)) file_.output(at_);
    }
    if (network.outputs.empty()) file_.output(at_);
  }
  std::string bytes() const { return file_.bytes(); }

 private:
  void write(const Layer& layer) {
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
        return convolution(layer);
      case LayerKind::add:
        return node("Add", layer.name, {inputs_.back(), at_});
      case LayerKind::multiply:
        return node("Mul", layer.name + inputs_[1], {at_, inputs_[1]});
      case LayerKind::max_pool:
        return node("GlobalMaxPool", layer.name, {at_});
      case LayerKind::mean_max_pool: {
        const std::string from = at_;
        node("GlobalMaxPool", layer.name + "_max", {from});
        const std::string most = at_;
        node("GlobalAveragePool", layer.name + "_mean", {from});
        return node("Concat", layer.name, {at_, most}, {integer("axis", 1)});
      }
      case LayerKind::window_max_pool:
      case LayerKind::window_mean_pool: {
        const LayerWindow& w = layer.window;
        return node(
            layer.kind == LayerKind::window_max_pool ? "MaxPool" : "AveragePool", layer.name, {at_},
            {integers("kernel_shape", {w.height, w.width}), integers("strides", {w.stride, w.stride_x()}),
             integers("pads", {w.pads.top, w.pads.left, w.pads.bottom, w.pads.right})});
      }
      case LayerKind::l2_normalise:
        return node("LpNormalization", layer.name, {at_}, {integer("axis", 1), integer("p", 2)});
      case LayerKind::pool:
        return node("GlobalAveragePool", layer.name + at_, {at_});
      case LayerKind::dense:
        return as_convolutions_ && layer.dense_is_convolution ? convolution(layer) : dense(layer);
      case LayerKind::softmax:
        node("Flatten", layer.name + "_flatten_2", {at_}, {integer("axis", 1)});
        return node("Softmax", layer.name + "_softmax", {at_}, {integer("axis", -1)});
      case LayerKind::log_softmax:
        return node("LogSoftmax", layer.name + "_log_softmax", {at_}, {integer("axis", 1)});
      case LayerKind::sigmoid:
        return node("Sigmoid", layer.name + "_sigmoid", {at_});
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
         {integers("kernel_shape", {w.height, w.width}), integers("strides", {w.stride, w.stride_x()}),
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
    const int64_t pixels = layer.in.height * layer.in.width, channels = layer.in.channels;
    const int64_t in = pixels * channels, out = layer.out.channels;
    std::vector<float> kernel = weights_.tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values;
    if (flattens_ && pixels > 1) {  // a flattened image is (c, y, x) here
      const std::vector<float> before = kernel;
      for (int64_t i = 0; i < in; i++)
        for (int64_t o = 0; o < out; o++)
          kernel[size_t((i % channels * pixels + i / channels) * out + o)] = before[size_t(i * out + o)];
    }
    std::vector<std::string> inputs{at_, constant(layer.name + ".weight", {in, out}, kernel)};
    if (layer.bias)
      inputs.push_back(
          constant(layer.name + ".bias", {out}, weights_.tensor(layer.name, "bias", {int(out)}).values));
    node("Gemm", layer.name, inputs);
    activation(layer);
  }

  const Weights& weights_;
  OnnxFile file_{14};
  std::string at_ = "image";
  std::vector<std::string> inputs_;  // of the block
  bool as_convolutions_ = false;     // dense layers that are such in Keras
  bool flattens_ = false;            // the block's dense layer reads an image
};

}  // namespace

std::string onnx_of(const Network& network, const Weights& weights) {
  return Writing(network, weights).bytes();
}

}  // namespace mobilith::testing
