#include "torch_graphs/build.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

#include "graph/infer.h"
#include "graph/value.h"
#include "state_dicts/strided.h"

namespace mobilith::file::torch {

namespace {

// A classifier of one's own, `model.classifier = nn.Linear(...)`, in the place of whatever the network has.
constexpr const char* own_classifier = "classifier";

bool has_own_classifier(const Tensors& tensors) {
  return tensors.contains(std::string(own_classifier) + ".weight");
}

bool has_networks_classifier(const Recipe& recipe, const Tensors& tensors) {
  for (size_t i = recipe.classifier; i < recipe.layers.size(); i++)
    for (const Role& role : roles_of(recipe.layers[i]))
      if (tensors.contains(role.name)) return true;
  return false;
}

// The layers that the file has.
std::vector<Layer> layers_of(const Recipe& recipe, const Tensors& tensors) {
  std::vector<Layer> layers = recipe.layers;
  if (has_networks_classifier(recipe, tensors)) return layers;
  layers.resize(recipe.classifier);
  if (has_own_classifier(tensors))
    layers.push_back({.kind = LayerKind::linear, .name = own_classifier, .bias = Presence::always});
  return layers;
}

struct Activation {
  OperationKind kind;
  const char* type;  // PyTorch's class
  Attributes attributes;
};
Activation activation_of(Function function) {
  switch (function) {
    case Function::relu:
      return {OperationKind::clamp, "ReLU", Clamp{.low = 0}};
    case Function::relu6:
      return {OperationKind::clamp, "ReLU6", Clamp{.low = 0, .high = 6}};
    case Function::hard_swish:
      return {OperationKind::hard_swish, "Hardswish", {}};
    case Function::hard_sigmoid:
      return {OperationKind::hard_sigmoid, "Hardsigmoid", HardSigmoid{1.0 / 6, 0.5}};
    case Function::sigmoid:
      return {OperationKind::sigmoid, "Sigmoid", {}};
    case Function::none:
      break;
  }
  return {OperationKind::identity, "Identity", {}};
}

class Builder {
 public:
  explicit Builder(const Tensors& tensors) : tensors_(tensors) { graph_.format = "PyTorch"; }

  Graph run(std::span<const Layer> layers, int height, int width) {
    begin(layers.front(), height, width);
    for (const Layer& layer : layers) {
      add(layer);
      built_++;
    }
    graph_.outputs = {here_};
    infer(graph_);
    return std::move(graph_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Misfit(what, built_); }

  const NamedTensor& find(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail(fmt::format("the tensor {} is missing", name));
    return found->second;
  }

  [[noreturn]] void refuse_shape(const NamedTensor& tensor, const std::string& expected) const {
    fail(fmt::format("the tensor {} has the shape ({}), expected ({})", tensor.name,
                     fmt::join(tensor.shape, ", "), expected));
  }

  // The file's bytes where they lie row by row, else a copy.
  int constant(const NamedTensor& tensor, const Extents& shape) {
    if (is_whole(tensor.type) || tensor.type == ElementType::unsaid)
      fail(fmt::format("the tensor {} is of {}, expected floats", tensor.name, name_of(tensor.type)));
    const int width = width_of(tensor.type);
    const int64_t count = elements(shape, "tensor " + quoted(tensor.name));
    if (tensor.strides == row_major(tensor.shape) &&
        int64_t(tensor.storage.bytes.size()) >= (tensor.offset + count) * width)
      graph_.tensors.push_back(
          {.name = tensor.name,
           .type = tensor.type,
           .shape = shape,
           .constant =
               Bytes{tensor.storage.owner, tensor.storage.bytes.substr(size_t(tensor.offset) * size_t(width),
                                                                       size_t(count) * size_t(width))}});
    else
      graph_.tensors.push_back(constant_tensor(tensor.name, shape, values(tensor)));
    return int(graph_.tensors.size()) - 1;
  }

  // A vector with a number for each channel here.
  int channel_vector(const std::string& name, const Extents& shape) {
    const NamedTensor& tensor = find(name);
    if (tensor.shape != std::vector<int64_t>{channels_}) refuse_shape(tensor, std::to_string(channels_));
    return constant(tensor, shape);
  }

  void operation(OperationKind kind, const std::string& type, const std::string& name,
                 std::vector<int> inputs, Attributes attributes) {
    graph_.tensors.push_back({.name = name});
    here_ = int(graph_.tensors.size()) - 1;
    graph_.operations.push_back({.kind = kind,
                                 .type = type,
                                 .name = name,
                                 .inputs = std::move(inputs),
                                 .outputs = {here_},
                                 .attributes = std::move(attributes)});
  }

  // The image has as many channels as the first convolution reads.
  void begin(const Layer& stem, int height, int width) {
    const NamedTensor& kernel = find(stem.name + ".weight");
    if (kernel.shape.size() != 4 || kernel.shape[1] < 1)
      refuse_shape(kernel, fmt::format("any, any, {0}, {0}", stem.window.height));
    channels_ = kernel.shape[1];
    graph_.tensors.push_back(
        {.name = "input", .type = ElementType::f32, .shape = Extents{1, channels_, height, width}});
    graph_.inputs = {here_ = 0};
  }

  void convolution(const Layer& layer) {
    const bool depthwise = layer.kind == LayerKind::depthwise;
    const NamedTensor& kernel = find(layer.name + ".weight");
    const std::vector<int64_t>& shape = kernel.shape;
    const int64_t side = layer.window.height, inputs = depthwise ? 1 : channels_;
    const int64_t expected = depthwise ? channels_ : layer.outputs;  // 0: any
    if (shape.size() != 4 || shape[1] != inputs || shape[2] != side || shape[3] != side || shape[0] < 1 ||
        (expected && shape[0] != expected))
      refuse_shape(kernel, fmt::format("{}, {}, {}, {}", expected ? std::to_string(expected) : "any", inputs,
                                       side, side));
    const int64_t groups = depthwise ? channels_ : 1;
    std::vector<int> operands = {here_, constant(kernel, shape)};
    channels_ = shape[0];
    add_bias(layer, operands);
    operation(OperationKind::convolution, "Conv2d", layer.name, operands,
              Convolution{layer.window, KernelOrder::oihw, groups, {}});
  }

  void linear(const Layer& layer) {
    const NamedTensor& matrix = find(layer.name + ".weight");
    if (matrix.shape.size() != 2 || matrix.shape[1] != channels_ || matrix.shape[0] < 1)
      refuse_shape(matrix, fmt::format("any, {}", channels_));
    std::vector<int> operands = {here_, constant(matrix, matrix.shape)};
    channels_ = matrix.shape[0];
    add_bias(layer, operands);
    operation(OperationKind::gemm, "Linear", layer.name, operands, Gemm{.transpose_b = true});
  }

  void add_bias(const Layer& layer, std::vector<int>& operands) {
    const std::string name = layer.name + ".bias";
    if (layer.bias == Presence::always || (layer.bias == Presence::if_there && tensors_.contains(name)))
      operands.push_back(channel_vector(name, {channels_}));
  }

  void batch_norm(const Layer& layer) {
    std::vector<int> operands = {here_};
    for (const char* role : {"weight", "bias", "running_mean", "running_var"})
      operands.push_back(channel_vector(layer.name + "." + role, {channels_}));
    operation(OperationKind::batch_norm, "BatchNorm2d", layer.name, operands, BatchNorm{layer.epsilon, 1});
  }

  void end_block(const Layer& layer) {
    const auto [tensor, channels] = remembered_.back();
    remembered_.pop_back();
    if (layer.kind == LayerKind::add && channels == channels_)
      operation(OperationKind::add, "add", layer.name, {here_, tensor}, Elementwise{});
    else
      graph_.tensors[here_].name = layer.name;
  }

  void add(const Layer& layer) {
    switch (layer.kind) {
      case LayerKind::convolution:
      case LayerKind::depthwise:
        return convolution(layer);
      case LayerKind::batch_norm:
        return batch_norm(layer);
      case LayerKind::linear:
        return linear(layer);
      case LayerKind::function: {
        Activation activation = activation_of(layer.function);
        return operation(activation.kind, activation.type, layer.name, {here_}, activation.attributes);
      }
      case LayerKind::average_pool:
        return operation(OperationKind::pool, "AvgPool2d", layer.name, {here_}, Pool{.window = layer.window});
      case LayerKind::mean:
        return operation(OperationKind::reduce, "mean", layer.name, {here_},
                         Reduce{.axes = std::vector<int64_t>{2, 3}, .keep_axes = true, .rank = 4});
      case LayerKind::flatten:
        return operation(OperationKind::flatten, "Flatten", layer.name, {here_}, Axis{.axis = 1});
      case LayerKind::remember:
        return remembered_.emplace_back(here_, channels_), void();
      case LayerKind::add:
      case LayerKind::drop:
        return end_block(layer);
      case LayerKind::multiply: {
        const int whole = remembered_.back().first;
        remembered_.pop_back();
        return operation(OperationKind::multiply, "mul", layer.name, {whole, here_}, Elementwise{});
      }
      case LayerKind::scale:
        if (tensors_.contains(layer.name + ".gamma")) {
          const int factor = channel_vector(layer.name + ".gamma", {1, channels_, 1, 1});
          operation(OperationKind::multiply, "LayerScale2d", layer.name, {here_, factor}, Elementwise{});
        }
        return;
    }
  }

  const Tensors& tensors_;
  Graph graph_;
  size_t built_ = 0;
  int here_ = 0;          // the tensor that the next layer reads
  int64_t channels_ = 0;  // of it
  std::vector<std::pair<int, int64_t>> remembered_;
};

}  // namespace

bool has_classifier(const Recipe& recipe, const Tensors& tensors) {
  return has_networks_classifier(recipe, tensors) || has_own_classifier(tensors);
}

Difference difference(const Recipe& recipe, const Tensors& tensors) {
  Difference difference;
  std::set<std::string> known;
  for (const Layer& layer : layers_of(recipe, tensors))
    for (const Role& role : roles_of(layer)) {
      known.insert(role.name);
      difference.needed += role.needed;
      if (!role.needed || tensors.contains(role.name)) continue;
      if (difference.missing++ == 0) difference.first = fmt::format("the tensor {} is missing", role.name);
    }
  for (const auto& [name, tensor] : tensors)
    if (!known.contains(name)) {
      difference.left++;
      // Of a classifier of another form all own tensors are missing: what is there says more.
      if (difference.left == 1 && difference.first.empty())
        difference.first = fmt::format("the tensor {} (shape ({})) belongs to no layer", quoted(name),
                                       fmt::join(tensor.shape, ", "));
    }
  return difference;
}

Graph build(const Recipe& recipe, const Tensors& tensors, int height, int width) {
  return Builder(tensors).run(layers_of(recipe, tensors), height, width);
}

}  // namespace mobilith::file::torch
