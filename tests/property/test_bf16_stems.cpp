// Stems that multiply bf16: pairs of a window's rows, the last of an odd row with the one before it.
#include <cmath>
#include <limits>
#include <vector>

#include "catch.h"
#include "property/compiled.h"
#include "reference/narrowed.h"
#include "skip.h"
#include "targets/target.h"
#include "weights/rounded_weights.h"

namespace test_bf16_stems {

using namespace mobilith;
using namespace mobilith::property;

namespace {

struct Case {
  int side, stride, channels, outputs;
  std::vector<float> outside{};
};

Network stem_of(const Case& c) {
  Layer layer{LayerKind::convolution, "stem", ""};
  layer.in = {13, 22, c.channels};
  layer.window.height = layer.window.width = c.side, layer.window.stride = c.stride;
  layer.window.pads = {c.side / 2, c.side / 2, c.side / 2, c.side / 2};
  const auto out = [&](int in) { return (in - 1) / c.stride + 1; };
  layer.out = {out(layer.in.height), out(layer.in.width), c.outputs};
  layer.bias = true, layer.outside = c.outside;
  Network network{{"mobilenet_v1"}, {{BlockKind::stem, "stem", "", {layer}}}};
  network.configuration.dtype = "bf16";
  return network;
}

reference::Activation image_of(const Shape& shape) {
  reference::Activation image{shape, {}};
  for (int i = 0; i < shape.height * shape.width * shape.channels; i++)
    image.values.push_back(double{static_cast<float>(std::sin(0.37 * i))});
  return image;
}

// An odd and an even number of elements in a row, and one alone, which is no pair; a border of no numbers of
// bf16.
const Case shapes[] = {{3, 2, 3, 21}, {3, 1, 4, 16}, {5, 2, 1, 40},
                       {1, 1, 1, 16}, {2, 1, 3, 8},  {3, 2, 3, 16, {0.3337f, -1.701f, 0.777f}}};

class Stem {
 public:
  explicit Stem(const Case& c)
      : network(stem_of(c)),
        weights_(network, *exact_, ElementType::bf16),
        compiled_(network, weights_, false, "host", {}, Products::automatic, Precision::bf16) {}
  std::vector<float> run(const reference::Activation& image) const { return compiled_.run(image, 1); }
  std::vector<double> expected(const reference::Activation& image) const {
    return reference::run_narrowed(ElementType::bf16, reference::prepare(network.blocks[0], weights_),
                                   {&image})
        .values;
  }

  const Network network;

 private:
  std::unique_ptr<Weights> exact_ = open_weights("synthetic");
  RoundedWeights weights_;
  Compiled compiled_;
};

bool no_bf16() {
  if (resolve_cpu("host").identity & MOBILITH_CPU_AVX512BF16) return false;
  skip("this CPU has no AVX512-BF16");
  return true;
}

}  // namespace

// Products of two numbers of bf16 are exact in floats, so that far less than bf16's precision is lost.
TEST_CASE("a bf16 stem multiplies rounded numbers and adds floats") {
  if (no_bf16()) return;
  for (const Case& c : shapes) {
    INFO(c.side << "x" << c.side << ", " << c.channels << " channels");
    const Stem stem(c);
    const reference::Activation image = image_of(stem.network.blocks[0].in());
    CHECK(difference(stem.run(image), stem.expected(image)) < 1e-6);
    // Not what floats would give.
    const std::vector<double> exact =
        reference::run_block(reference::prepare(stem.network.blocks[0], *open_weights("synthetic")), image,
                             false)
            .values;
    CHECK(difference(stem.run(image), exact) > 1e-4);
  }
}

TEST_CASE("what is not finite goes into the windows that hold it, and into no others") {
  if (no_bf16()) return;
  for (const Case& c : shapes) {
    const Stem stem(c);
    const Shape shape = stem.network.blocks[0].in();
    for (const double special : {std::numeric_limits<double>::infinity(), std::nan("")})
      for (int channel = 0; channel < c.channels; channel++) {
        INFO(c.side << "x" << c.side << ", channel " << channel << " of " << c.channels << ", " << special);
        reference::Activation image = image_of(shape);
        image.values[size_t((6 * shape.width + 9) * shape.channels + channel)] = special;
        const std::vector<float> found = stem.run(image);
        const std::vector<double> expected = stem.expected(image);
        REQUIRE(found.size() == expected.size());
        size_t specials = 0, wrong = 0;
        for (size_t i = 0; i < found.size(); i++) {
          specials += !std::isfinite(expected[i]);
          wrong += std::isfinite(expected[i]) != std::isfinite(found[i]);
        }
        CHECK(specials > 0);
        CHECK(wrong == 0);
      }
  }
}

}  // namespace test_bf16_stems
