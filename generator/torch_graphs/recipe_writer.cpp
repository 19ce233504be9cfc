#include "torch_graphs/recipe_writer.h"

#include <algorithm>

namespace mobilith::file::torch {

Window RecipeWriter::window(int kernel, int stride) {
  Window window{.order = ImageOrder::channels_first,
                .height = kernel,
                .width = kernel,
                .stride_height = stride,
                .stride_width = stride};
  int before = (kernel - 1) / 2, after = before;
  if (network_.pads == Pads::same) {
    window.padding = Padding::same;
    before = after = 0;
  }
  if (network_.pads == Pads::of_resolution) {
    const int outputs = (side_ + stride - 1) / stride;
    const int all = std::max((outputs - 1) * stride + kernel - side_, 0);
    before = all / 2, after = all - before;
    side_ = outputs;
  }
  window.top = window.left = before;
  window.bottom = window.right = after;
  return window;
}

Layer& RecipeWriter::convolution(const std::string& name, int kernel, int stride, Presence bias) {
  recipe_.layers.push_back(
      {.kind = LayerKind::convolution, .name = name, .window = window(kernel, stride), .bias = bias});
  return recipe_.layers.back();
}

Layer& RecipeWriter::depthwise(const std::string& name, int kernel, int stride) {
  Layer& layer = convolution(name, kernel, stride, Presence::if_there);
  layer.kind = LayerKind::depthwise;
  return layer;
}

void RecipeWriter::batch_norm(const std::string& name) {
  recipe_.layers.push_back({.kind = LayerKind::batch_norm, .name = name, .epsilon = network_.epsilon});
}

void RecipeWriter::function(const std::string& name, Function function) {
  if (function != Function::none)
    recipe_.layers.push_back({.kind = LayerKind::function, .name = name, .function = function});
}

void RecipeWriter::unit(LayerKind kind, const std::string& name, const std::string& norm, int kernel,
                        int stride, Function function, const std::string& window) {
  if (kernel == 0) return;
  const bool pools = network_.strides != Strides::strides && stride > 1 && !window.empty();
  if (kind == LayerKind::depthwise)
    depthwise(name, kernel, pools ? 1 : stride);
  else
    convolution(name, kernel, pools ? 1 : stride, Presence::if_there);
  batch_norm(norm);
  this->function(norm + ".act", function);
  if (pools)
    recipe_.layers.push_back({.kind = LayerKind::average_pool,
                              .name = window,
                              .window = {.order = ImageOrder::channels_first,
                                         .height = stride,
                                         .width = stride,
                                         .stride_height = stride,
                                         .stride_width = stride}});
}

void RecipeWriter::squeeze_excite(const Block& block, const std::string& name, const char* reduce,
                                  const char* expand) {
  if (!block.squeeze_excite) return;
  plain(LayerKind::remember, name);
  plain(LayerKind::mean, name + ".mean");
  convolution(name + "." + reduce, 1, 1, Presence::always);
  function(name + ".act", network_.squeeze == Function::none ? block.function : network_.squeeze);
  convolution(name + "." + expand, 1, 1, Presence::always);
  function(name + ".gate", network_.gate);
  plain(LayerKind::multiply, name);
}

void RecipeWriter::expect_features() {
  for (auto layer = recipe_.layers.rbegin(); layer != recipe_.layers.rend(); ++layer)
    if (layer->kind == LayerKind::convolution) {
      layer->outputs = network_.features;
      return;
    }
}

std::vector<Role> roles_of(const Layer& layer) {
  std::vector<Role> roles;
  switch (layer.kind) {
    case LayerKind::convolution:
    case LayerKind::depthwise:
    case LayerKind::linear:
      roles.push_back({layer.name + ".weight", true});
      if (layer.bias != Presence::never)
        roles.push_back({layer.name + ".bias", layer.bias == Presence::always});
      break;
    case LayerKind::batch_norm:
      for (const char* role : {"weight", "bias", "running_mean", "running_var"})
        roles.push_back({layer.name + "." + role, true});
      roles.push_back({layer.name + ".num_batches_tracked", false});
      break;
    case LayerKind::scale:
      roles.push_back({layer.name + ".gamma", false});
      break;
    default:
      break;
  }
  return roles;
}

}  // namespace mobilith::file::torch
