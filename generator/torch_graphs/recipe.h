// A network as a list of layers with the file's names, before channels are known.
#pragma once

#include <string>
#include <vector>

#include "graph/attributes.h"

namespace mobilith::file::torch {

enum class Function { none, relu, relu6, hard_swish, hard_sigmoid, sigmoid };

enum class Presence { never, always, if_there };  // of a bias in the file

enum class LayerKind {
  convolution,
  depthwise,
  batch_norm,
  function,
  average_pool,
  mean,      // over all pixels, which keeps the axes
  remember,  // the value here, for the next add or multiply, the last first
  add,       // what was remembered, if it has as many channels
  drop,      // what was remembered, of no use
  multiply,  // what was remembered by what is here
  scale,     // a factor for each channel, where the file has it
  flatten,
  linear,
};

struct Layer {
  LayerKind kind;
  std::string name;  // of the module in the file; of a layer without tensors, what names it best
  Window window{};   // of convolutions and pools
  Presence bias = Presence::never;
  Function function = Function::none;
  double epsilon = 0;  // of batch_norm
  int outputs = 0;     // channels that a convolution must make; 0: any
};

struct Recipe {
  std::vector<Layer> layers;
  size_t classifier = 0;  // layers from here on are left out where the file has none of their tensors
  int resolution = 224;   // of the image, if nobody says another
};

// A tensor that a layer has in the file.
struct Role {
  std::string name;
  bool needed;
};
std::vector<Role> roles_of(const Layer&);

}  // namespace mobilith::file::torch
