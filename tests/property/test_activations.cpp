// Activations as they come out of a library: each alone, its Halide form against its double form; and what
// they leave behind for the next block.
#include <cmath>

#include "catch.h"
#include "networks/layers.h"
#include "nightly.h"
#include "property/compiled.h"

namespace test_activations {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// A kernel of one 1, so that a layer's output is its activation's value of the input.
class One final : public Weights {
 public:
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "one"; }
  Tensor tensor(const std::string&, const std::string&, const std::vector<int>& shape) const override {
    return {shape, {1.0f}};
  }
};

// From -8 to 8 in steps that floats have, around zero in finer ones, then far away, and what is no number.
std::vector<double> grid() {
  std::vector<double> values;
  for (int i = -512; i <= 512; i++) values.push_back(i / 64.0);
  for (int i = -64; i <= 64; i++) values.push_back(i / 65536.0);
  for (double x : {20.0, 87.0, 88.0, 104.0, 1e10, double{1e30f}, double{INFINITY}})
    values.insert(values.end(), {x, -x});
  for (double x : {0.0, -0.0, double{NAN}}) values.push_back(x);
  return values;
}

}  // namespace

TEST_CASE("each activation's kernel computes its double form, on a grid with NaN and infinities") {
  const std::vector<double> values = grid();
  std::vector<ActivationFunction> functions{ActivationFunction::clamp(-1, 1),
                                            ActivationFunction::clamp(-2.5f, 4.25f),
                                            ActivationFunction::clamp(3, 3.5f)};
  for (const ActivationRow& row : activation_rows())
    if (row.kind != ActivationKind::clamp) functions.push_back({row.kind});
  CHECK(functions.size() == activation_rows().size() + 2);
  for (const ActivationFunction& function : functions) {
    Layer layer{LayerKind::convolution, "layer", ""};
    layer.in = layer.out = {1, static_cast<int>(values.size()), 1};
    layer.activation = function;
    const Network network{{"mobilenet_v1"}, {{BlockKind::stem, "stem", "", {layer}}}};
    const std::vector<float> found = Compiled(network, One(), false).run({layer.in, values}, 1);
    REQUIRE(found.size() == values.size());
    for (size_t i = 0; i < values.size(); i++) {
      const auto x = static_cast<float>(values[i]);
      const double expected = value_of(function, double{x});
      INFO(to_string(function) << " of " << x << ": " << found[i] << ", expected " << expected);
      if (std::isnan(expected))
        CHECK(std::isnan(found[i]));
      else if (std::isinf(expected))
        CHECK(double{found[i]} == expected);
      else
        CHECK(std::abs(found[i] - expected) <= 1e-6 * (1 + std::abs(expected)));
    }
  }
}

namespace {

// Blocks whose channels fill no vector of any width.
Network odd_network() {
  Network network = build_network({"mobilenet_v2", 0.35, 1, 33, 35, 10});
  const auto block = [&](const std::string& name) {
    for (const Block& one : network.blocks)
      if (one.name == name) return one;
    throw std::logic_error("no block " + name);
  };
  const auto give = [](Block one, std::vector<int> channels, Shape& shape) {
    size_t next = 0;
    for (Layer& layer : one.layers) {
      const int stride = layer.window.stride;
      layer.in = shape;
      if (layer.kind == LayerKind::pool || layer.kind == LayerKind::dense) shape = {1, 1, shape.channels};
      if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::dense)
        shape.channels = channels.at(next++);
      if (layer.window.height > 1) {
        const Padding rows = pad_same(shape.height, 3, stride), columns = pad_same(shape.width, 3, stride);
        shape.height = rows.out, shape.width = columns.out;
        layer.window.pads = {rows.before, rows.after, columns.before, columns.after};
      }
      layer.out = shape;
    }
    return one;
  };
  Shape shape = network.blocks[0].in();
  Network odd{network.configuration, {}};
  Block separable = block("inverted_residual_0");
  separable.kind = BlockKind::separable;
  odd.blocks = {give(block("stem"), {5}, shape),
                give(separable, {21}, shape),
                give(block("inverted_residual_0"), {11}, shape),
                give(block("inverted_residual_1"), {37, 19}, shape),
                give(block("inverted_residual_2"), {35, 19}, shape),
                give(block("head"), {45, 10}, shape)};
  for (size_t i = 0; i < odd.blocks.size(); i++) odd.blocks[i].name += "_" + std::to_string(i);
  return odd;
}

void activate(Network& network, const ActivationFunction& function) {
  for (Block& block : network.blocks)
    for (Layer& layer : block.layers)
      if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise)
        layer.activation = function;
}

}  // namespace

TEST_CASE("what an activation makes of zero in padding channels reaches no sum") {
  const auto weights = open_weights("synthetic");
  int turn = 0;
  for (const ActivationFunction& function :
       {ActivationFunction::hard_sigmoid, ActivationFunction::sigmoid, ActivationFunction::clamp(2, 4)}) {
    Network network = odd_network();
    activate(network, function);
    const reference::Activation input = reference::formula_input(network.blocks[0].in());
    const auto expected = reference::run_network(network, *weights, input, true).values;
    // What the activation leaves in padding channels.
    Network front = network;
    front.blocks.resize(4);
    // At night each way on both, else one of the four for each function, in turn.
    for (const char* cpu : {"x86-64-v2", "host"})
      for (Products products : {Products::direct, Products::paired}) {
        if (!testing::nightly() && turn++ % 5 != 0) continue;
        INFO(to_string(function) << " on " << cpu << ", "
                                 << (products == Products::paired ? "paired" : "direct") << " products");
        CHECK(difference(Compiled(network, *weights, true, cpu, {}, products).run(input, 1), expected) <=
              1e-4);
        double padding = 0;
        Compiled(front, *weights, false, cpu, {}, products).run(input, 1, &padding);
        CHECK(padding == Approx(value_of(function, 0)));
      }
  }
}

TEST_CASE("behind a block without a bound, an infinite value leaves what lies beyond the border zero") {
  const auto weights = open_weights("synthetic");
  const Network v1 = build_network({"mobilenet_v1", 0.25, 1, 32, 32}),
                v2 = build_network({"mobilenet_v2", 0.35, 1, 32, 32});
  for (const Network& network : {v1, v2}) {
    Block after = network.blocks[1];
    reference::Activation input = reference::formula_input(after.in());
    input.values[0] = INFINITY;
    after.infinite_input = true;
    const Network one{network.configuration, {after}};
    const auto expected = reference::run_network(one, *weights, input, false).values;
    const std::vector<float> found = Compiled(one, *weights, false).run(input, 1);
    size_t apart = 0;
    for (size_t i = 0; i < found.size(); i++)
      apart += std::isnan(expected[i]) != std::isnan(found[i]) || std::abs(found[i] - expected[i]) > 1e-4;
    CHECK(apart == 0);
  }
}

}  // namespace test_activations
