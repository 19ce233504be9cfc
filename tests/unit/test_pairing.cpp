// Which convolutions pair their products: channels' sizes from weights, and the bound of rounding errors.
#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "catch.h"
#include "layout/layout.h"
#include "plan/pack_network.h"
#include "plan/pairing.h"
#include "unit/pairing_machine.h"
#include "weights/weights.h"

namespace test_pairing {

using namespace mobilith;

namespace {

ChannelSizes alike(int channels, double size) {
  const std::vector<Spread> values(size_t(channels), Spread{0, size * size});
  return {values, values};
}

std::vector<float> random_kernel(int in, int out) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> value(-0.25f, 0.25f);
  std::vector<float> kernel(size_t(in) * out);
  for (float& weight : kernel) weight = value(random);
  return kernel;
}

// One value for a whole tensor of each role.
class Constant final : public Weights {
 public:
  explicit Constant(std::map<std::string, float> values) : values_(std::move(values)) {}
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "constant"; }
  double epsilon(const std::string&) const override { return 0; }
  Tensor tensor(const std::string&, const std::string& role, const std::vector<int>& shape) const override {
    size_t count = 1;
    for (int extent : shape) count *= size_t(extent);
    return {shape, std::vector<float>(count, values_.at(role))};
  }

 private:
  std::map<std::string, float> values_;
};

Layer convolution_of(int in, int out, ActivationFunction activation) {
  Layer layer{LayerKind::convolution, "layer", "norm"};
  layer.activation = activation;
  layer.in = {4, 4, in}, layer.out = {4, 4, out};
  return layer;
}

}  // namespace

TEST_CASE("values that are alike have the least bound, wherever they lie") {
  for (double size : {0x1p-30, 0.125, 1.0, 6.0, 0x1p30}) {
    INFO(size);
    const Pairing found = pairing(std::vector<float>(12 * 3, 0.25f), {0, 0, 0}, alike(12, size), 0);
    CHECK(found.bound == Approx(2.5).epsilon(0.08));  // powers of two are up to 1.41 from the factor wanted
    CHECK(found.exponents == std::vector<int>(3, static_cast<int>(std::lround(std::log2(size) + 2.5))));
    CHECK(found.centre == 0);
  }
}

TEST_CASE("a factor that the weights take back changes the exponents alone") {
  const std::vector<float> kernel = random_kernel(96, 32), bias(32, 0.5f);
  const Pairing before = pairing(kernel, bias, alike(96, 1), 0);
  for (int e : {-24, -5, 24}) {
    std::vector<float> divided = kernel;
    for (float& weight : divided) weight = std::ldexp(weight, -e);
    const Pairing after = pairing(divided, bias, alike(96, std::ldexp(1.0, e)), 0);
    CHECK(after.bound == Approx(before.bound));
    for (size_t o = 0; o < bias.size(); o++) CHECK(after.exponents[o] == before.exponents[o] + 2 * e);
  }
}

TEST_CASE("factors that differ from channel to channel raise the bound above what is taken") {
  double last = 0;
  for (int most : {0, 1, 2, 3, 4, 6, 8, 12}) {
    INFO(most);
    std::mt19937 random(2);
    ChannelSizes sizes = alike(96, 1);
    std::vector<float> kernel = random_kernel(96, 32);
    for (size_t k = 0; k < 96; k++) {
      const int e = static_cast<int>(random() % unsigned(2 * most + 1)) - most;
      sizes.recorded[k].variance = sizes.derived[k].variance = std::ldexp(1.0, 2 * e);
      for (size_t o = 0; o < 32; o++) kernel[k * 32 + o] = std::ldexp(kernel[k * 32 + o], -e);
    }
    const double bound = pairing(kernel, std::vector<float>(32, 0.0f), sizes, 0).bound;
    CHECK(bound > last);
    if (most == 0) CHECK(bound < most_pairing_bound);
    if (most > 3) CHECK(bound > most_pairing_bound);
    last = bound;
  }
}

TEST_CASE("inputs that are positive are centred on their mean, unless opinions of it differ in sign") {
  const std::vector<float> kernel = random_kernel(96, 32), bias(32, 0.0f);
  ChannelSizes sizes = alike(96, 1);
  for (Spread& value : sizes.recorded) value.mean = 3;
  for (Spread& value : sizes.derived) value.mean = 2;
  const Pairing found = pairing(kernel, bias, sizes, 0);
  CHECK(found.centre == 2);
  double value = 0;
  for (size_t k = 0; k < 96; k++) value += 2 * double{kernel[k * 32]};
  CHECK(found.values[0] == Approx(value));
  for (Spread& value : sizes.derived) value.mean = -2;
  const Pairing apart = pairing(kernel, bias, sizes, 0);
  CHECK(apart.centre == 0);
  CHECK(apart.values[0] == 0);
  CHECK(apart.exponents[0] > found.exponents[0]);  // weights are scaled to what is left of the inputs
}

TEST_CASE("opinions that are far apart are not taken for good") {
  ChannelSizes sizes = alike(96, 1);
  const std::vector<float> kernel = random_kernel(96, 32), bias(32, 0.0f);
  const double agreed = pairing(kernel, bias, sizes, 0).bound;
  for (Spread& value : sizes.derived) value.variance = 16;
  const double near = pairing(kernel, bias, sizes, 0).bound;
  for (Spread& value : sizes.derived) value.variance = 0x1p20;
  const double far = pairing(kernel, bias, sizes, 0).bound;
  CHECK(agreed < near);
  CHECK(near < most_pairing_bound);
  CHECK(far > most_pairing_bound);
}

TEST_CASE("statistics that are the weights' own are known by their means") {
  // Means of 32 outputs, first as sums of products with the inputs' means, then as anything else.
  const Layer layer = convolution_of(96, 32, ActivationFunction::none);
  FoldedLayer folded;
  folded.kernel = random_kernel(96, 32), folded.bias.assign(32, 0.5f);
  folded.mean.assign(32, 0.0), folded.deviation.assign(32, 2.0);
  ChannelSizes inputs = alike(96, 1);
  for (size_t k = 0; k < 96; k++) inputs.recorded[k].mean = double(k % 7), inputs.derived[k].mean = 1000;
  for (size_t k = 0; k < 96; k++)
    for (size_t o = 0; o < 32; o++)
      folded.mean[o] += double{folded.kernel[k * 32 + o]} * inputs.recorded[k].mean;
  for (double& mean : folded.mean) mean += 0.5;
  CHECK(agreement(layer, folded, inputs) == Approx(1));
  std::mt19937 random(3);
  std::shuffle(folded.mean.begin(), folded.mean.end(), random);
  CHECK(std::abs(agreement(layer, folded, inputs)) < 0.5);
  // A batch norm without a scale: nothing to compare, and no division by zero.
  folded.deviation.assign(32, 0.0), folded.mean.assign(32, 0.5);
  CHECK(std::isfinite(agreement(layer, folded, inputs)));

  CHECK(believed({0.99, 0.98, -0.2}) == Opinion::recorded);
  CHECK(believed({0.01, 0.02, 0.99}) == Opinion::derived);
  CHECK(believed({0.7, 0.6, 0.99, 0.1, 0.65}) == Opinion::both);
  CHECK(believed({}) == Opinion::both);
}

TEST_CASE("what both opinions together do not let pair is paired if the believable one lets it") {
  // Formula-made statistics have nothing to do with formula-made weights, and V3 has no clamps: the two
  // opinions grow apart from block to block.
  const Network network = build_network({"mobilenet_v3_large", 1.0, 1, 224, 224});
  const std::unique_ptr<Weights> weights = open_weights("synthetic");
  const auto paired = [](const std::vector<PackedKernel>& list) {
    int count = 0;
    for (const PackedKernel& one : list)
      for (const PairedLayer& layer : one.block.paired) count += layer.paired();
    return count;
  };
  const std::vector<PackedKernel> list = pack_network(network, *weights, pairing_machine());
  CHECK(paired(list) >= 20);  // of 30
  std::vector<double> agreements;
  for (const PackedKernel& one : list)
    agreements.insert(agreements.end(), one.block.agreements.begin(), one.block.agreements.end());
  CHECK(agreements.size() > 40);
  CHECK(believed(agreements) == Opinion::derived);
}

TEST_CASE("one output of many is enough to say no") {
  std::vector<float> kernel = random_kernel(96, 32);
  for (size_t k = 0; k < 96; k += 3) kernel[k * 32 + 7] *= 1e4f;  // alone in their pairs
  ChannelSizes sizes = alike(96, 1);
  for (size_t k = 0; k < 96; k += 3) sizes.recorded[k].variance = sizes.derived[k].variance = 1e-8;
  CHECK(pairing(kernel, std::vector<float>(32, 0.0f), sizes, 0).bound > most_pairing_bound);
}

TEST_CASE("outputs without weights, and inputs without values, harm nothing") {
  std::vector<float> kernel = random_kernel(96, 32), bias(32, 0.5f);
  for (size_t k = 0; k < 96; k++) kernel[k * 32] = kernel[k * 32 + 1] = 0;
  bias[1] = 0;
  CHECK(pairing(kernel, bias, alike(96, 1), 0).bound < most_pairing_bound);
  CHECK(pairing(kernel, bias, alike(96, 0), 0).bound < most_pairing_bound);
}

TEST_CASE("what floats can't hold is not paired") {
  const std::vector<float> kernel(96 * 2, 0x1p-100f), bias(2, 0.0f);
  CHECK(pairing(kernel, bias, alike(96, 0x1p60), 0).bound == INFINITY);
  CHECK(pairing(kernel, bias, alike(96, 0x1p-60), 0).bound == INFINITY);
  CHECK(pairing(kernel, bias, alike(96, INFINITY), 0).bound == INFINITY);
}

TEST_CASE("sizes come from batch norms where training has left its statistics") {
  for (auto [beta, gamma, activation, mean, square] :
       {std::tuple{1.0f, 2.0f, ActivationFunction::none, 1.0, 5.0},
        {0.0f, 1.0f, ActivationFunction::relu, 0.39894, 0.5},  // half a normal density
        {0.0f, 1e6f, ActivationFunction::relu6, 3.0, 18.0},    // either 0 or 6
        {-100.0f, 1.0f, ActivationFunction::relu6, 0.0, 0.0},  // never on
        {3.0f, 0.0f, ActivationFunction::relu6, 3.0, 9.0}}) {  // always 3
    const Constant weights(
        {{"kernel", 1}, {"beta", beta}, {"gamma", gamma}, {"moving_mean", 9}, {"moving_variance", 4}});
    const Layer layer = convolution_of(16, 2, activation);
    const Spread found = output_sizes(layer, fold(layer, weights), alike(16, 1), false).recorded[1];
    INFO(beta << ", " << gamma);
    CHECK(found.mean == Approx(mean).margin(1e-4));
    CHECK(found.size() == Approx(std::sqrt(square)).margin(1e-4));
  }
}

TEST_CASE("sizes behind any activation are those of its values of a normal distribution") {
  // mean and mean square of f(beta + gamma z), by numerical integration
  for (auto [beta, gamma, activation, mean, square] :
       {std::tuple{0.0f, 1.0f, ActivationFunction::sigmoid, 0.5, 0.29338},
        {0.0f, 1.0f, ActivationFunction::hard_swish, 0.16622, 0.33157},
        {1.0f, 2.0f, ActivationFunction::hard_swish, 1.18745, 3.82557},
        {1.0f, 2.0f, ActivationFunction::clamp(-1, 1), 0.36875, 0.76961}}) {
    const Constant weights(
        {{"kernel", 1}, {"beta", beta}, {"gamma", gamma}, {"moving_mean", 9}, {"moving_variance", 4}});
    const Layer layer = convolution_of(16, 2, activation);
    const Spread found = output_sizes(layer, fold(layer, weights), alike(16, 1), false).recorded[1];
    INFO(to_string(activation));
    CHECK(found.mean == Approx(mean).margin(2e-3));
    CHECK(found.size() == Approx(std::sqrt(square)).margin(2e-3));
  }
}

TEST_CASE("batch norms as they were before any training say nothing of sizes") {
  const Constant weights(
      {{"kernel", 0.01f}, {"beta", 0}, {"gamma", 1}, {"moving_mean", 0}, {"moving_variance", 1}});
  const Layer layer = convolution_of(16, 2, ActivationFunction::none);
  const std::vector<Spread> ones(16, Spread{1, 0});
  const ChannelSizes found = output_sizes(layer, fold(layer, weights), {ones, ones}, false);
  CHECK(found.recorded[0].size() == Approx(0.16));  // 16 inputs that are always 1
  CHECK(found.derived[0].size() == Approx(0.16));
}

}  // namespace test_pairing
