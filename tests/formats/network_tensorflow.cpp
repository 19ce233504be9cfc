#include <algorithm>

#include "formats/network_files.h"
#include "formats/tensorflow_writer.h"

namespace mobilith::testing {

namespace {

class Writing {
 public:
  Writing(const Network& network, const Weights& weights) : weights_(weights) {
    const mobilith::Shape& in = network.blocks.front().in();
    file_.input(at_, {1, in.height, in.width, in.channels});
    std::vector<std::string> outputs;
    for (size_t i = 0; i < network.blocks.size(); i++) {
      const Block& block = network.blocks[i];
      inputs_.clear();
      for (const int from : network.inputs_of(i))
        inputs_.push_back(from < 0 ? "image" : outputs[size_t(from)]);
      at_ = inputs_.front();
      as_convolutions_ = block.kind == BlockKind::gate || block.kind == BlockKind::dense;
      for (const Layer& layer : block.layers) write(layer);
      outputs.push_back(at_);
    }
  }
  std::string bytes() const { return file_.bytes(); }

 private:
  void write(const Layer& layer) {
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
        return convolution(layer);
      case LayerKind::add:
        return void(node("AddV2", layer.name, {inputs_.back(), at_}));
      case LayerKind::multiply:
        return void(node("Mul", layer.name + inputs_[1], {at_, inputs_[1]}));
      case LayerKind::pool:
        file_.whole(layer.name + at_ + "/axes", {2}, {1, 2});
        node("Mean", layer.name + at_, {at_, layer.name + at_ + "/axes"})
            .type("Tidx", 3)
            .truth("keep_dims", true);
        return;
      case LayerKind::dense:
        return as_convolutions_ && layer.dense_is_convolution ? convolution(layer) : dense(layer);
      case LayerKind::softmax:
        flatten(layer, layer.name + "/softmax/flatten");
        return void(node("Softmax", layer.name + "/softmax", {at_}));
      case LayerKind::sigmoid:
        return void(node("Sigmoid", layer.name + "/sigmoid", {at_}));
      default:
        throw std::logic_error("not written yet");
    }
  }

  TensorflowFile& node(const std::string& type, const std::string& name,
                       const std::vector<std::string>& inputs) {
    at_ = name;
    return file_.node(type, name, inputs).type("T", 1);
  }

  std::string constant(const std::string& name, const testing::Shape& shape,
                       const std::vector<float>& values) {
    file_.floats(name, shape, values);
    return name;
  }

  std::string constant(const Layer& layer, const std::string& role, int count) {
    return constant(layer.name + "/" + role, {count}, weights_.tensor(layer.name, role, {count}).values);
  }

  void convolution(const Layer& layer) {
    const bool depthwise = layer.kind == LayerKind::depthwise;
    const LayerWindow& w = layer.window;
    const Pads& p = w.pads;
    if (p.top || p.bottom || p.left || p.right) {
      const std::string pads = layer.name + "/pads";
      file_.whole(pads, {4, 2}, {0, 0, p.top, p.bottom, p.left, p.right, 0, 0});
      node("Pad", layer.name + "/pad", {at_, pads}).type("Tpaddings", 3);
    }
    const std::vector<int> own = layer.kernel_shape();
    const testing::Shape shape = own.size() == 4
                                     ? testing::Shape(own.begin(), own.end())
                                     : testing::Shape{1, 1, layer.in.channels, layer.out.channels};
    const std::string kernel =
        constant(layer.name + "/kernel", shape, weights_.tensor(layer.name, layer.kernel_role(), own).values);
    node(depthwise ? "DepthwiseConv2dNative" : "Conv2D", layer.name, {at_, kernel})
        .integers("strides", {1, w.stride, w.stride_x(), 1})
        .integers("dilations", {1, w.dilation, w.dilation, 1})
        .word("padding", "VALID")
        .word("data_format", "NHWC");
    const int out = layer.out.channels;
    if (layer.bias) node("BiasAdd", layer.name + "/bias_add", {at_, constant(layer, "bias", out)});
    if (!layer.batch_norm.empty()) {
      std::vector<std::string> terms{at_};
      for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
        terms.push_back(constant(layer.batch_norm + "/" + role, {out},
                                 weights_.tensor(layer.batch_norm, role, {out}).values));
      node("FusedBatchNormV3", layer.batch_norm, terms)
          .type("U", 1)
          .number("epsilon", float(weights_.epsilon(layer.batch_norm)))
          .truth("is_training", false)
          .word("data_format", "NHWC");
    }
    activation(layer);
  }

  // The hard ones as Keras spells them.
  void activation(const Layer& layer) {
    const std::string name = layer.name + "/activation", before = at_;
    const auto hard_sigmoid = [&] {
      node("AddV2", name + "/add", {at_, constant(name + "/3", {}, {3})});
      node("Relu6", name + "/relu6", {at_});
      node("Mul", name + "/mul", {at_, constant(name + "/sixth", {}, {1.0f / 6})});
    };
    switch (layer.activation.kind) {
      case ActivationKind::none:
        return;
      case ActivationKind::relu:
        return void(node("Relu", name, {at_}));
      case ActivationKind::relu6:
        return void(node("Relu6", name, {at_}));
      case ActivationKind::clamp:
        throw std::logic_error("not written yet");
      case ActivationKind::hard_swish:
        hard_sigmoid();
        return void(node("Mul", name, {before, at_}));
      case ActivationKind::sigmoid:
        return void(node("Sigmoid", name, {at_}));
      case ActivationKind::hard_sigmoid:
        return hard_sigmoid();
    }
  }

  void flatten(const Layer& layer, const std::string& name) {
    file_.whole(name + "/shape", {2}, {-1, int(layer.in.height * layer.in.width * layer.in.channels)});
    node("Reshape", name, {at_, name + "/shape"}).type("Tshape", 3);
  }

  void dense(const Layer& layer) {
    flatten(layer, layer.name + "/flatten");
    const int in = layer.in.height * layer.in.width * layer.in.channels, out = layer.out.channels;
    const std::string kernel =
        constant(layer.name + "/kernel", {in, out},
                 weights_.tensor(layer.name, layer.kernel_role(), layer.kernel_shape()).values);
    node("MatMul", layer.name, {at_, kernel}).truth("transpose_a", false).truth("transpose_b", false);
    if (layer.bias) node("BiasAdd", layer.name + "/bias_add", {at_, constant(layer, "bias", out)});
    activation(layer);
  }

  const Weights& weights_;
  TensorflowFile file_;
  std::string at_ = "image";
  std::vector<std::string> inputs_{};  // of the block
  bool as_convolutions_ = false;       // dense layers that are such in Keras
};

}  // namespace

std::string tensorflow_of(const Network& network, const Weights& weights) {
  return Writing(network, weights).bytes();
}

}  // namespace mobilith::testing
