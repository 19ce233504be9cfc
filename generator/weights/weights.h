// Trained weights as named tensors, from a Keras file or from the synthetic formula; and batch-norm folding.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "networks/network.h"

namespace mobilith {

// A weights file that can't be used; the message names file, tensor, what was found and what was expected.
struct WeightsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

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
};

// A source of named tensors. Not thread-safe.
class Weights {
 public:
  virtual ~Weights() = default;
  virtual FileConfiguration configuration() const = 0;
  // The tensor `role` ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance") of Keras's layer
  // `layer`, checked against `shape`, all finite. Throws WeightsError that names both shapes, or the missing
  // layer.
  virtual Tensor tensor(const std::string& layer, const std::string& role,
                        const std::vector<int>& shape) const = 0;
  // Epsilon of the batch norm `layer`: what the file says, or Keras's 1e-3 for these networks.
  virtual double epsilon(const std::string& layer) const {
    (void)layer;
    return 1e-3;
  }
  virtual std::string hash() const = 0;  // SHA-256 of the file, hex; "synthetic" for the formula
};

// `source`: a path, or "synthetic". The format is found from the content. Throws WeightsError.
std::unique_ptr<Weights> open_weights(const std::string& source);

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

}  // namespace mobilith
