// The comparison itself: it must notice what it is there to notice.
#include "catch.h"
#include "property/compiled.h"

namespace test_sensitivity {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// The formula's weights, but for one value of one tensor.
class OneOff final : public Weights {
 public:
  OneOff(std::string layer, std::string role) : layer_(std::move(layer)), role_(std::move(role)) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "one off"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    if (layer == layer_ && role == role_) tensor.values[tensor.values.size() / 2] += 0.5f;
    return tensor;
  }

 private:
  std::string layer_, role_;
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

}  // namespace

TEST_CASE("one wrong weight anywhere in a network is noticed") {
  const Network network = build_network({"mobilenet_v2", 0.35, 1, 64, 64, 50});
  const auto weights = open_weights("synthetic");
  const reference::Activation input = reference::formula_input(network.blocks.front().in());
  const Compiled compiled(network, *weights, true);
  const std::vector<float> found = compiled.run(input, 1);
  CHECK(difference(found, reference::run_network(network, *weights, input, true).values) <= 1e-4);
  for (auto [layer, role] : {std::pair{"Conv1", "kernel"},
                             {"bn_Conv1", "moving_mean"},
                             {"block_3_depthwise", "depthwise_kernel"},
                             {"block_16_project_BN", "beta"},
                             {"predictions", "bias"}}) {
    INFO(layer << "/" << role);
    CHECK(difference(found, reference::run_network(network, OneOff(layer, role), input, true).values) > 1e-4);
  }
}

TEST_CASE("a difference is relative, and what is not a number is infinitely far") {
  CHECK(difference({1.0f, 2.0f}, {1.0, 2.0}) == 0);
  CHECK(difference({1.0f, 2.1f}, {1.0, 2.0}) == Approx(0.05).epsilon(1e-5));
  CHECK(difference({1.0f, NAN}, {1.0, 2.0}) == INFINITY);
  CHECK(difference({1.0f}, {1.0, 2.0}) == INFINITY);
}

}  // namespace test_sensitivity
