// What a network ends in, as kernels compute it; and what becomes of NaN on the way there.
#include <cmath>
#include <limits>

#include "catch.h"
#include "property/compiled.h"

namespace test_outputs {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// A classifier of zeros whose biases are the logits.
class Logits final : public Weights {
 public:
  explicit Logits(std::vector<float> logits) : logits_(std::move(logits)) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "logits"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    Tensor tensor = base_->tensor(layer, role, shape);
    if (role == "bias")
      tensor.values = logits_;
    else
      std::fill(tensor.values.begin(), tensor.values.end(), 0.0f);
    return tensor;
  }

 private:
  std::vector<float> logits_;
  std::unique_ptr<Weights> base_ = open_weights("synthetic");
};

std::vector<float> outputs_of(const std::vector<float>& logits, LayerKind end) {
  const Network whole = build_network({"mobilenet_v1", 0.25, 1, 32, 32, static_cast<int>(logits.size())});
  Network network{whole.configuration, {whole.blocks.back()}};
  network.blocks[0].layers.back().kind = end;
  const Compiled compiled(network, Logits(logits), false);
  CHECK(mobilith_model_describe(compiled.model())->output_is_probabilities == 1);
  return compiled.run(reference::formula_input(network.blocks[0].in()), 1);
}

}  // namespace

TEST_CASE(
    "a sigmoid is within six units in the last place, four where it matters, denormal numbers among them") {
  std::vector<float> logits{INFINITY, -INFINITY, NAN, 0.0f, -0.0f, 1e-40f, 3e38f, -3e38f};
  for (float x = -110; x <= 110; x += 0.0837f) logits.push_back(x);
  const std::vector<float> found = outputs_of(logits, LayerKind::sigmoid);
  REQUIRE(found.size() == logits.size());
  double worst = 0;
  for (size_t i = 0; i < logits.size(); i++) {
    INFO("sigmoid(" << logits[i] << ") is " << found[i]);
    CHECK(std::isnan(found[i]) == std::isnan(logits[i]));
    if (std::isnan(logits[i])) continue;
    const double exact = 1 / (1 + std::exp(-double{logits[i]}));
    const float nearest = static_cast<float>(exact);
    const double unit = double{std::nextafter(nearest, 2.0f)} - nearest;
    CHECK(std::abs(found[i] - exact) <= 6 * unit);
    if (std::abs(logits[i]) <= 10) worst = std::max(worst, std::abs(found[i] - exact) / unit);
  }
  INFO("the largest error for logits up to 10: " << worst << " units in the last place");
  CHECK(worst <= 4);
  CHECK(found[0] == 1);
  CHECK(found[1] == 0);
}

TEST_CASE("a sigmoid of one class, and of fewer classes than a vector has lanes") {
  for (const std::vector<float>& logits : {std::vector{0.7f}, {-2.0f, NAN, 0.5f}})
    for (size_t i = 0; i < logits.size(); i++) {
      const float found = outputs_of(logits, LayerKind::sigmoid)[i];
      if (std::isnan(logits[i]))
        CHECK(std::isnan(found));
      else
        CHECK(found == Approx(1 / (1 + std::exp(-logits[i]))));
    }
}

TEST_CASE("one logit that is NaN makes all of a softmax NaN, an infinite one too") {
  for (size_t classes : {1, 3, 16, 1000})
    for (float special : {NAN, INFINITY})
      for (size_t place : {size_t{0}, classes / 2, classes - 1}) {
        INFO(classes << " classes, " << special << " at " << place);
        std::vector<float> logits(classes, 0.25f);
        logits[place] = special;
        size_t numbers = 0;
        for (float value : outputs_of(logits, LayerKind::softmax)) numbers += !std::isnan(value);
        CHECK(numbers == 0);
      }
}

TEST_CASE("a picture with one NaN, or of nothing else, gives NaN for every class") {
  // The second one's kernels are test_paired_errors's.
  for (const Configuration& c :
       {Configuration{"mobilenet_v1", 0.25, 1, 32, 32, 21}, {"mobilenet_v2", 0.35, 1, 64, 64, 1000}}) {
    const Network network = build_network(c);
    const Compiled compiled(network, *open_weights("synthetic"), false);
    reference::Activation input = reference::formula_input(network.blocks[0].in());
    input.values.front() = NAN;
    for (int threads : {1, 2})
      for (float value : compiled.run(input, threads)) CHECK(std::isnan(value));
    std::fill(input.values.begin(), input.values.end(), NAN);
    for (float value : compiled.run(input, 1)) CHECK(std::isnan(value));
  }
}

}  // namespace test_outputs
