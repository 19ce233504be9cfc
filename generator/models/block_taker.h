// Takes blocks off a graph in its normal form, operation by operation in the file's order: as many operations
// at once as one kernel computes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/weighted_layers.h"

namespace mobilith {

// Where a tensor's values are when kernels run.
struct Place {
  int block = -1;               // whose output they are; -1: the image
  Shape shape{};                // as that block writes it
  Scaling scaling{};            // of the image: done to it before it is read
  std::optional<int> gate{};    // the block whose output multiplies each channel of it before it is read
  bool channels_first = false;  // the graph's tensor has them in the order (c, y, x)
  bool halves_swapped = false;  // of two pools side by side: the graph's tensor has the maxima first
};

// An image's extents as the graph has them.
file::Extents extents_of(const Place&);

class BlockTaker {
 public:
  explicit BlockTaker(const NormalGraph& graph);

  // All blocks, and which of them the graph's outputs are. Throws WeightsError or file::Error, which name the
  // first operation that no kernel computes where it is.
  void run();

  std::vector<Block> blocks;
  std::vector<int> tensors;                 // of each block: the graph's tensor that it gives
  std::vector<int> outputs;                 // blocks, in the order of the graph's outputs
  bool input_channels_first = false;        // of the image, as the file has it
  std::vector<bool> output_channels_first;  // whether the file has them in the order (c, y, x)
  std::map<std::string, LayerTensors> take_tensors() { return layers_.take_tensors(); }

 private:
  using Kind = file::OperationKind;

  // block_taker.cpp: what moves values or is done when they are read.
  void input();
  void begin(int operation);
  void transpose(int operation);
  void reshape(int operation);
  void scale(int operation);
  void multiply(int operation);

  // take_outputs.cpp: the end.
  void finish();

  // take_image.cpp: channels of the image.
  void copies(int operation);

  // take_trunk.cpp: blocks of images.
  void convolution(int operation);
  void depthwise(int operation);
  void depthwise_block(std::vector<Layer> expansion, int operation, const Place& from);
  void convolution_block(Layer layer, int last, const Place& from);
  Layer take_layer(int operation, const Place& from, int& last);

  // take_head.cpp: blocks of vectors.
  void pool(int operation);
  void window_pool(int operation, const Place& from);
  void pool_block(std::vector<Layer> hidden, const std::vector<int>& pools, const Place& from);
  bool gate(std::optional<int> pool, int first, const Place& from);
  int join_of(const std::vector<int>& pools, std::vector<int>& passed, int* means = nullptr) const;
  bool head(std::vector<Layer> hidden, std::optional<int> pool, int tensor, const Place& from);
  void dense(int operation);
  void normalise(int operation, LayerKind kind);
  Layer take_dense(int operation, const Place& from, int& last);

  void take(const std::vector<int>& operations);
  // The place of what an operation reads. image: the graph must have it as (1, y, x, c).
  const Place& read(int operation, size_t input, bool image) const;
  bool knows(int tensor) const { return tensor >= 0 && places_[size_t(tensor)].has_value(); }
  std::optional<ActivationFunction> function_of(int operation) const;
  // The activation that alone reads the operation's output, taken: `last` becomes its index.
  ActivationFunction take_activation(int& last);
  // Whether it is the mean, or the maximum, over all pixels; nothing: it is neither.
  std::optional<LayerKind> pooling_of(int operation) const;
  bool is_vector(const Place& place) const;
  bool ends_bounded(int block) const;
  // Whether the bounds change no value of the block's.
  bool keeps(const file::Clamp& bounds, int block) const;
  // The tensor that the convolution's output is added to by all that reads it; -1: there is none such.
  int addend_of(int convolution) const;
  // Whether it is a convolution whose addend the file computes later: it is taken with the sum.
  bool waits(int operation) const;
  // Adds the block, which gives the output of operation `last`. group: what its name begins with.
  int close(Block, int last, const std::vector<Place>& read, const std::string& name);
  std::string next_name(BlockKind);

  const NormalGraph& graph_;
  WeightedLayers layers_;
  std::vector<std::optional<Place>> places_;  // of each tensor, as far as it is computed
  std::vector<bool> taken_;                   // of each operation
  std::vector<int> waiting_;                  // operations that wait for their sum
  std::vector<std::string> groups_;           // of each block: the squeeze-excite block that it is part of
  std::vector<int> counts_;                   // of each kind of block: the next one's number
};

}  // namespace mobilith
