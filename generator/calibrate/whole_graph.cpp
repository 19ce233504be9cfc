#include "calibrate/whole_graph.h"

#include "graph/infer.h"
#include "graph/value.h"

namespace mobilith::calibration {

namespace {

using file::ElementType;
using file::OperationKind;

file::Extents extents_of(const Shape& shape) { return {1, shape.height, shape.width, shape.channels}; }

class Writer {
 public:
  Writer(const FloatNetwork& net, const WholeNetwork& whole) : net_(net), whole_(whole) {}

  file::Graph run() {
    graph_.format = "calibrated";
    const int image = add({"image", ElementType::f32, extents_of(net_.image)});
    graph_.inputs = {image};
    image_ = add(bytes("image_bytes", net_.image, whole_.image));
    add(OperationKind::requantise, "QUANTIZE", "quantise", {image}, image_, {});
    for (size_t i = 0; i < net_.nodes.size(); i++) add_node(net_.nodes[i], whole_.nodes[i]);
    for (const int node : net_.outputs) {
      if (net_.nodes[size_t(node)].gives_floats()) {
        graph_.outputs.push_back(tensors_[size_t(node)]);
        continue;
      }
      const Shape& shape = net_.nodes[size_t(node)].layer.out;
      const int floats =
          add({net_.nodes[size_t(node)].layer.name + "_values", ElementType::f32, extents_of(shape)});
      add(OperationKind::requantise, "DEQUANTIZE", "dequantise", {tensors_[size_t(node)]}, floats, {});
      graph_.outputs.push_back(floats);
    }
    file::infer(graph_);
    return std::move(graph_);
  }

 private:
  int add(file::Tensor tensor) {
    graph_.tensors.push_back(std::move(tensor));
    return int(graph_.tensors.size()) - 1;
  }

  void add(OperationKind kind, const char* type, const std::string& name, std::vector<int> inputs, int output,
           file::Attributes settings) {
    graph_.operations.push_back({kind, type, name, std::move(inputs), {output}, std::move(settings)});
  }

  static file::Tensor bytes(const std::string& name, const Shape& shape, const Grid& grid) {
    return {.name = name,
            .type = ElementType::i8,
            .shape = extents_of(shape),
            .quantisation = {{grid.scale}, {grid.zero - signed_offset}}};
  }

  int tensor_of(int node) const { return node < 0 ? image_ : tensors_[size_t(node)]; }

  // (row, column, in, out) as (out, row, column, in), depthwise as it is.
  int weights(const Node& node, const WeightGrid& grid) {
    const auto outputs = int64_t(node.channels());
    const int64_t each = int64_t(grid.weights.size()) / outputs;
    const LayerWindow& w = node.layer.window;
    const bool depthwise = node.depthwise();
    std::vector<double> numbers(grid.weights.size());
    for (int64_t o = 0; o < outputs; o++)
      for (int64_t i = 0; i < each; i++)
        numbers[size_t(depthwise ? i * outputs + o : o * each + i)] = grid.weights[size_t(i * outputs + o)];
    const file::Extents shape = depthwise ? file::Extents{1, w.height, w.width, outputs}
                                          : file::Extents{outputs, w.height, w.width, node.layer.in.channels};
    file::Tensor tensor =
        file::constant_tensor(node.layer.name + "/weights", shape, numbers, ElementType::i8);
    tensor.quantisation = {
        {grid.scales.begin(), grid.scales.end()}, std::vector<int64_t>(size_t(outputs)), depthwise ? 3 : 0};
    return add(std::move(tensor));
  }

  int bias(const Node& node, const WholeNode& whole, float image_scale) {
    const std::vector<double> numbers(whole.bias.begin(), whole.bias.end());
    file::Tensor tensor = file::constant_tensor(node.layer.name + "/bias", {int64_t(numbers.size())}, numbers,
                                                ElementType::i32);
    tensor.quantisation = {{}, std::vector<int64_t>(numbers.size()), 0};
    for (const float scale : whole.weights.scales)
      tensor.quantisation.scales.push_back(float(image_scale * scale));
    return add(std::move(tensor));
  }

  static file::Convolution settings_of(const Node& node) {
    const LayerWindow& w = node.layer.window;
    file::Convolution settings;
    settings.kernel = node.depthwise() ? file::KernelOrder::depthwise : file::KernelOrder::ohwi;
    settings.fused = node.fused();
    settings.said_multiplier = node.depthwise() ? node.layer.depth_multiplier : 0;
    file::Window& to = settings.window;
    to.stride_height = w.stride, to.stride_width = w.stride_x();
    to.dilation_height = to.dilation_width = w.dilation;
    to.top = w.pads.top, to.left = w.pads.left;
    // Those behind the image may be more than the last window reads.
    const auto behind = [](int outputs, int stride, int reach, int extent, int before) {
      return std::max(0, (outputs - 1) * stride + reach - extent - before);
    };
    to.bottom = behind(node.layer.out.height, w.stride, w.rows(), node.layer.in.height, w.pads.top);
    to.right = behind(node.layer.out.width, w.stride_x(), w.columns(), node.layer.in.width, w.pads.left);
    return settings;
  }

  void add_node(const Node& node, const WholeNode& whole) {
    const std::string& name = node.layer.name;
    std::vector<int> inputs;
    for (const int from : node.inputs) inputs.push_back(tensor_of(from));
    const int to = add(node.gives_floats() ? file::Tensor{name, ElementType::f32, extents_of(node.layer.out)}
                                           : bytes(name + (node.is_function() ? "_function" : ""),
                                                   node.layer.out, whole.grid));
    tensors_.push_back(to);
    if (node.has_weights()) {
      const float scale =
          node.inputs[0] < 0 ? whole_.image.scale : whole_.nodes[size_t(node.inputs[0])].grid.scale;
      inputs.push_back(weights(node, whole.weights));
      inputs.push_back(bias(node, whole, scale));
      return add(OperationKind::convolution, node.depthwise() ? "DEPTHWISE_CONV_2D" : "CONV_2D", name,
                 std::move(inputs), to, settings_of(node));
    }
    if (node.is_function()) return add_function(node, std::move(inputs), to);
    switch (node.layer.kind) {
      case LayerKind::pool:
        return add(OperationKind::reduce, "MEAN", name, std::move(inputs), to,
                   file::Reduce{.axes = std::vector<int64_t>{1, 2}, .keep_axes = true});
      case LayerKind::softmax:
        return add(OperationKind::softmax, "SOFTMAX", name, std::move(inputs), to, file::Softmax{});
      case LayerKind::add:
        return add(OperationKind::add, "ADD", name, std::move(inputs), to, file::Elementwise{node.fused()});
      default:
        return add(OperationKind::multiply, "MUL", name, std::move(inputs), to,
                   file::Elementwise{node.fused()});
    }
  }

  void add_function(const Node& node, std::vector<int> inputs, int to) {
    const std::string& name = node.layer.name;
    switch (node.function.kind) {
      case ActivationKind::sigmoid:
        return add(OperationKind::sigmoid, "LOGISTIC", name, std::move(inputs), to, {});
      case ActivationKind::hard_swish:
        return add(OperationKind::hard_swish, "HARD_SWISH", name, std::move(inputs), to, {});
      default:
        throw WeightsError("dtype", "int8: layer '" + name + "': " + to_string(node.function) +
                                        " is not computed in whole numbers; expected f32");
    }
  }

  const FloatNetwork& net_;
  const WholeNetwork& whole_;
  file::Graph graph_;
  int image_ = 0;
  std::vector<int> tensors_;  // of each node
};

}  // namespace

file::Graph whole_graph(const FloatNetwork& net, const WholeNetwork& whole) {
  return Writer(net, whole).run();
}

}  // namespace mobilith::calibration
