// Convolutions and products with matrices, as layers and their numbers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/normal_graph.h"
#include "networks/network.h"

namespace mobilith {

// Of a convolution or dense layer: row-major, kernels in Layer::kernel_shape()'s order, batch norms folded
// in.
struct LayerTensors {
  std::vector<double> kernel, bias;              // bias: one value for each output channel
  std::optional<file::Statistics> statistics{};  // what the batch norm says of the outputs
};

// What is done to each channel of an image before it is padded: x scale + shift.
struct Scaling {
  std::vector<double> scale, shift;  // empty: nothing
  std::vector<int> channels{};       // which of the image's each of them is; empty: they are the image's
  int image_channels = 0;            // where `channels` says so
};

// Makes layers of operations, and keeps their numbers under names of their own.
class WeightedLayers {
 public:
  explicit WeightedLayers(const NormalGraph& graph) : graph_(graph) {}

  // Of a convolution. scaling: goes into its numbers; pads become what is zero behind it. Throws file::Error
  // for what kernels have not.
  Layer convolution(int operation, const Shape& in, const Scaling& scaling = {});
  // Of a fully_connected that reads all values of `in`. channels_first: in the order (c, y, x).
  Layer dense(int operation, const Shape& in, bool channels_first);
  // The same of a convolution over one pixel.
  Layer dense_of_convolution(int operation, const Shape& in);

  // Inputs of a dense layer's first half become those of the second, and the other way round.
  void swap_halves(const std::string& layer);

  // A name that no other layer has.
  std::string unique_name(const file::Operation&);
  std::map<std::string, LayerTensors> take_tensors() { return std::move(tensors_); }

  // Whether it is a convolution with a kernel for each channel; one of all channels over one pixel with
  // stride one.
  bool is_depthwise(int operation) const;
  bool is_pointwise(int operation) const;

 private:
  void require_constants(const file::Operation&) const;

  const NormalGraph& graph_;
  std::set<std::string> names_;
  std::map<std::string, LayerTensors> tensors_;
};

}  // namespace mobilith
