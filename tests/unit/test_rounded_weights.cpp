// Weights as kernels that store 16 bits find them.
#include "catch.h"
#include "networks/sixteen_bits.h"
#include "weights/rounded_weights.h"

namespace test_rounded_weights {

using namespace mobilith;

namespace {

Network small_network() {
  Configuration c;
  c.net = "mobilenet_v1", c.alpha = 0.25, c.height = c.width = 32, c.classes = 10;
  return build_network(c);
}

// Others' weights, of which one kernel is `factor` times as large.
class ScaledWeights final : public Weights {
 public:
  ScaledWeights(std::string layer, float factor) : layer_(std::move(layer)), factor_(factor) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "scaled"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = synthetic_->tensor(layer, role, shape);
    if (layer == layer_ && role == "kernel")
      for (float& value : tensor.values) value *= factor_;
    return tensor;
  }

 private:
  std::unique_ptr<Weights> synthetic_ = open_weights("synthetic");
  std::string layer_;
  float factor_;
};

}  // namespace

TEST_CASE("kernels that are matrices are folded, then rounded; all others stay as they are") {
  Network network = small_network();
  const auto exact = open_weights("synthetic");
  for (const auto& [dtype, to] :
       {std::pair{"f32", ElementType::bf16}, {"f32", ElementType::f16}, {"bf16", ElementType::bf16}}) {
    network.configuration.dtype = dtype;
    const ElementType factors = factors_type(network.configuration);
    const RoundedWeights weights(network, *exact, to);
    int matrices = 0, others = 0;
    for (const Block& block : network.blocks)
      for (const Layer& layer : block.layers) {
        if (layer.kernel_shape().empty()) continue;
        INFO(layer.name << " in " << name_of(to) << ", factors " << name_of(factors));
        const FoldedLayer before = fold(layer, *exact), after = fold(layer, weights);
        std::vector<float> expected = before.kernel;
        const bool matrix = stored_in_16_bits(block, layer, factors);
        if (matrix)
          for (float& value : expected) value = rounded(value, to);
        CHECK(after.kernel == expected);
        CHECK((expected == before.kernel) != matrix);
        CHECK(after.bias == before.bias);
        CHECK(after.mean == before.mean);
        CHECK(after.deviation == before.deviation);
        (matrix ? matrices : others)++;
      }
    const int stem = factors == ElementType::bf16 ? 1 : 0;
    CHECK(matrices == 14 + stem);  // thirteen blocks and the classifier
    CHECK(others == 14 - stem);    // thirteen depthwise layers
  }
}

TEST_CASE("tensors and epsilons say the same as the folded layers do") {
  const Network network = small_network();
  const auto exact = open_weights("synthetic");
  const RoundedWeights weights(network, *exact, ElementType::bf16);
  const Layer& layer = network.blocks[1].layers[1];
  REQUIRE(!layer.batch_norm.empty());
  const FoldedLayer folded = fold(layer, weights);
  const auto of_norm = [&](const char* role) {
    return weights.tensor(layer.batch_norm, role, {layer.out.channels}).values;
  };
  CHECK(weights.tensor(layer.name, "kernel", layer.kernel_shape()).values == folded.kernel);
  CHECK(of_norm("beta") == folded.bias);
  CHECK(of_norm("gamma") == of_norm("moving_variance"));
  CHECK(of_norm("moving_mean") == std::vector<float>(size_t(layer.out.channels), 0.0f));
  CHECK(weights.epsilon(layer.batch_norm) == 0);
}

TEST_CASE("a weight beyond the range is refused by its layer's name") {
  const Network network = small_network();
  const std::string name = network.blocks[2].layers[1].name;
  const ScaledWeights weights(name, 1e6f);
  CHECK_THROWS_WITH(RoundedWeights(network, weights, ElementType::f16),
                    Catch::Matchers::Contains(name) && Catch::Matchers::Contains("range of f16"));
  CHECK_NOTHROW(RoundedWeights(network, weights, ElementType::bf16));
}

}  // namespace test_rounded_weights
