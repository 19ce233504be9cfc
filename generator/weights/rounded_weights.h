// A network's weights as kernels that store 16 bits find them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "networks/element_type.h"
#include "weights/weights.h"

namespace mobilith {

// Whether kernels round a layer's kernel to 16 bits where they are asked to: layers that multiply with a
// matrix. Those of depthwise layers are few, and so are the stem's, which are rounded where kernels multiply
// bf16. factors: factors_type() of the network's configuration.
bool stored_in_16_bits(const Block&, const Layer&, ElementType factors);

// Other weights, of which such kernels are folded and then rounded to the type, once. For packing and for the
// reference alike: what is made of these weights is as exact as with any others. It has no graph of a file.
class RoundedWeights final : public Weights {
 public:
  // type: bf16 or f16. `exact` must outlive this. Throws WeightsError that names the layer whose weight is
  // beyond the type's range.
  RoundedWeights(const Network&, const Weights& exact, ElementType type);
  RoundedWeights(const RoundedWeights&) = delete;
  RoundedWeights& operator=(const RoundedWeights&) = delete;

  FileConfiguration configuration() const override { return exact_.configuration(); }
  Network network(const Configuration& c) const override { return exact_.network(c); }
  std::string assumed() const override { return exact_.assumed(); }
  // The kernel as it was rounded, with a batch norm that does nothing but add the bias.
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override;
  double epsilon(const std::string& layer) const override;
  std::optional<file::Statistics> statistics(const std::string& layer) const override {
    return exact_.statistics(layer);
  }
  std::optional<FoldedLayer> folded(const Layer&) const override;
  FileLabels labels() const override { return exact_.labels(); }
  std::string hash() const override { return exact_.hash(); }

 private:
  const Weights& exact_;
  std::map<std::string, FoldedLayer> layers_;       // by the layer's name
  std::map<std::string, std::string> batch_norms_;  // by theirs, their layer's
};

// The weights as kernels of the network's configuration store them; null: as they are. `exact` must outlive
// it.
std::unique_ptr<RoundedWeights> rounded_weights(const Network&, const Weights& exact);

}  // namespace mobilith
