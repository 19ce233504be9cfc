// Trained weights as named tensors, from a Keras file or from the synthetic formula; and batch-norm folding.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/model_error.h"
#include "models/recognised_part.h"
#include "networks/network.h"
#include "quantised/evaluate.h"

namespace mobilith {

// Row-major, in Keras's shape.
struct Tensor {
  std::vector<int> shape;
  std::vector<float> values;
};

// What a weights file says about its network; what it does not say stays empty.
struct FileConfiguration {
  std::optional<std::string> net;
  std::optional<double> alpha;
  std::optional<int> depth_multiplier, height, width, classes;
  std::string dtype = "f32", requantise = {};  // as Configuration's
};

// Names of the classes, which a file may carry beside its graph.
struct FileLabels {
  std::vector<std::string> names;  // empty: none
  std::string left_out = {};       // why those that are there are not taken; empty: nothing is
};

struct FoldedLayer;

// A source of named tensors. Not thread-safe.
class Weights {
 public:
  virtual ~Weights() = default;
  virtual FileConfiguration configuration() const = 0;
  // The network that the file is for, at the configuration's resolution: what the file itself computes where
  // it says so, else the table's, `c` being configuration() with what the user chose. Throws WeightsError
  // where the file has layers or tensors that the network has not.
  virtual Network network(const Configuration& c) const { return build_network(c); }
  // What the file does not say and is assumed, one sentence; empty: nothing.
  virtual std::string assumed() const { return ""; }
  // The tensor `role` ("kernel", "depthwise_kernel", "bias", "gamma", "beta", "moving_mean",
  // "moving_variance") of Keras's layer `layer`, checked against `shape`, all finite. Throws WeightsError
  // that names both shapes, or the missing layer.
  virtual Tensor tensor(const std::string& layer, const std::string& role,
                        const std::vector<int>& shape) const = 0;
  // Epsilon of the batch norm `layer`: what the file says, or Keras's 1e-3 for these networks.
  virtual double epsilon(const std::string& layer) const {
    (void)layer;
    return 1e-3;
  }
  // What the file's own graph, as it was read, computes for an image (y, x, c), in double: its outputs, in
  // their order, images as (y, x, c). Empty: the file holds no graph that is evaluated.
  virtual std::vector<std::vector<double>> outputs_for(const std::vector<double>& image) const {
    (void)image;
    return {};
  }
  // Of a quantised network, whose numbers are exact: what each block of network() gives for an image as the
  // file has it, (y, x, c), in the bytes of the library. Empty: the network computes in floats. change: may
  // change a block's numbers, within its type, for the blocks that read them; what it gave stays as it was.
  using BlockChange = std::function<void(size_t block, std::vector<double>& numbers)>;
  virtual std::vector<std::vector<double>> block_outputs(const std::vector<double>& image,
                                                         const BlockChange& change = {}) const {
    (void)image, (void)change;
    return {};
  }
  // That graph for an image of this size, as it was read; nothing: the file holds none. Throws WeightsError.
  virtual std::optional<file::Graph> graph(int height, int width) const {
    (void)height, (void)width;
    return std::nullopt;
  }
  // What a trained batch norm that is in the layer's tensors already says of its outputs; nothing: there is
  // none.
  virtual std::optional<file::Statistics> statistics(const std::string& layer) const {
    (void)layer;
    return std::nullopt;
  }
  // A layer as fold() gives it, where this says it by itself; else nothing.
  virtual std::optional<FoldedLayer> folded(const Layer& layer) const;
  virtual FileLabels labels() const { return {}; }
  virtual std::string hash() const = 0;  // SHA-256 of the file, hex; "synthetic" for the formula
};

// What is asked of a reader of weights files.
struct ReadOptions {
  bool as_f32 = false;  // compute in f32 whatever type the file's layers compute in
  quantised::Requantise requantise = quantised::Requantise::floating;  // of a quantised TFLite file
  std::optional<int> height{}, width{};  // of the image, where the file leaves them open
  // The network of a state dict, by the names of torch_graphs/; nothing: the one that fits. Of no other file.
  std::optional<std::string> torch_net{};
  // Of a file whose graph goes on with what no kernel computes: the blocks, or the layers that they end in,
  // whose outputs are all that is wanted of it. Where all of the file is recognised, they are not looked at.
  std::vector<std::string> outputs{};
  RecognisedPart* part = nullptr;  // receives what was recognised of a graph that is refused
};

// `source`: a path, or "synthetic". The format is found from the content. The file is read once: later
// changes to it are not seen. Throws WeightsError.
std::unique_ptr<Weights> open_weights(const std::string& source, const ReadOptions& = {});

// A convolution ready for a kernel: batch norm folded in, in double, rounded once.
// kernel: row-major in the layer's kernel_shape(); bias: one per output channel (all zero where Keras has
// none).
struct FoldedLayer {
  std::vector<float> kernel, bias;
  // What the batch norm's statistics say of each output before the activation. Empty where they say nothing:
  // there is none, or no training has touched it (all means 0, all variances 1).
  std::vector<double> mean{}, deviation{};
};
FoldedLayer fold(const Layer&, const Weights&);

// Reads and folds every tensor of the network. Throws WeightsError for the first that can't be used.
void check_weights(const Network&, const Weights&);

}  // namespace mobilith
