// Writes a network's recipe, layer after layer.
#pragma once

#include <string>

#include "torch_graphs/networks.h"
#include "torch_graphs/recipe.h"
#include "torch_graphs/stages.h"

namespace mobilith::file::torch {

class RecipeWriter {
 public:
  explicit RecipeWriter(const Network& network) : network_(network), side_(network.resolution) {
    recipe_.resolution = network.resolution;
  }

  Layer& convolution(const std::string& name, int kernel, int stride, Presence bias);
  Layer& depthwise(const std::string& name, int kernel, int stride);
  void batch_norm(const std::string& name);
  // Nothing for none.
  void function(const std::string& name, Function function);
  void plain(LayerKind kind, const std::string& name) { recipe_.layers.push_back({kind, name}); }

  // A convolution, its batch norm and its activation, named after the batch norm; `kernel` 0: nothing. The
  // row's window in the place of a stride is `window`.
  void unit(LayerKind kind, const std::string& name, const std::string& norm, int kernel, int stride,
            Function function, const std::string& window = "");
  // Between a pointwise expansion and projection: mean, two convolutions with biases, multiply.
  void squeeze_excite(const Block& block, const std::string& name, const char* reduce, const char* expand);
  // The end of a block that began with LayerKind::remember.
  void end_block(const Block& block, const std::string& name) {
    plain(block.skip && block.stride == 1 ? LayerKind::add : LayerKind::drop, name);
  }
  // The convolution before this place makes the row's `features`.
  void expect_features();
  // Pixels are averaged here, and their axes are gone.
  void pool(const std::string& name) {
    plain(LayerKind::mean, name);
    plain(LayerKind::flatten, "flatten");
  }
  // From here on the layers are the classifier's.
  void begin_classifier() { recipe_.classifier = recipe_.layers.size(); }
  void linear(const std::string& name) {
    recipe_.layers.push_back({.kind = LayerKind::linear, .name = name, .bias = Presence::always});
  }

  Recipe take() { return std::move(recipe_); }

 private:
  Window window(int kernel, int stride);

  const Network& network_;
  int side_;  // of the image here, at the row's resolution
  Recipe recipe_;
};

}  // namespace mobilith::file::torch
