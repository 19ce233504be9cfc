// The reference's layers, by numbers that can be computed by hand.
#include <cmath>

#include "catch.h"
#include "reference/reference.h"

namespace test_layers {

using namespace mobilith;
using reference::Activation;

namespace {

using Values = std::vector<double>;

Values run(const Layer& layer, const reference::LayerValues& values, const Values& input,
           bool logits = false) {
  return reference::run_block({{BlockKind::stem, "block", "", {layer}}, {values}}, {layer.in, input}, logits)
      .values;
}

Layer windowed(LayerKind kind, Shape in, Shape out, int kernel, int stride, int pad) {
  Layer layer{kind, "layer", ""};
  layer.in = in;
  layer.out = out;
  layer.window = {kernel, kernel, stride, 1, {pad, 0, pad, 0}};
  return layer;
}

}  // namespace

TEST_CASE("a window of any side, stride and padding, as the layer says") {
  const std::vector<float> ones(25, 1);
  Values image(36);
  for (size_t i = 0; i < image.size(); i++) image[i] = static_cast<double>(i);  // 6x6
  auto sum = [&](int y, int x, int side) {  // of the window from (y, x) that lies in the image
    double total = 0;
    for (int i = y; i < y + side; i++)
      for (int j = x; j < x + side; j++)
        if (i >= 0 && j >= 0 && i < 6 && j < 6) total += image[i * 6 + j];
    return total;
  };
  for (const auto& [side, stride, pad, out] : {std::tuple{1, 1, 0, 6},
                                               {1, 2, 0, 3},
                                               {3, 1, 1, 6},
                                               {3, 2, 0, 3},
                                               {3, 2, 1, 3},
                                               {5, 1, 2, 6},
                                               {5, 3, 1, 2}})
    for (LayerKind kind : {LayerKind::convolution, LayerKind::depthwise}) {
      const Layer layer = windowed(kind, {6, 6, 1}, {out, out, 1}, side, stride, pad);
      const Values found = run(layer, {{ones.begin(), ones.begin() + side * side}, {2.0}, {1.0}}, image);
      for (int y = 0; y < out; y++)
        for (int x = 0; x < out; x++)
          CHECK(found[y * out + x] == 2 * sum(y * stride - pad, x * stride - pad, side) + 1);
    }
}

TEST_CASE("a window of unequal sides, with a dilation and another pad on each side") {
  Values image(35);
  for (size_t i = 0; i < image.size(); i++) image[i] = static_cast<double>(i);  // 5x7
  Layer layer{LayerKind::depthwise, "layer", ""};
  layer.window = {2, 3, 1, 2, {2, 1, 1, 3}};
  layer.in = {5, 7, 1}, layer.out = {5 + 3 - 2, 7 + 4 - 4, 1};
  const std::vector<float> kernel{1, 2, 3, 4, 5, 6};
  const Values found = run(layer, {kernel, {1.0}, {0.0}}, image);
  for (int y = 0; y < layer.out.height; y++)
    for (int x = 0; x < layer.out.width; x++) {
      double sum = 0;
      for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) {
          const int from_y = y - 2 + 2 * i, from_x = x - 1 + 2 * j;
          if (from_y >= 0 && from_y < 5 && from_x >= 0 && from_x < 7)
            sum += double{kernel[i * 3 + j]} * image[from_y * 7 + from_x];
        }
      CHECK(found[y * layer.out.width + x] == sum);
    }
}

TEST_CASE("a depthwise layer's outputs are in order of input channel, then multiplier") {
  Layer layer = windowed(LayerKind::depthwise, {1, 1, 2}, {1, 1, 4}, 1, 1, 0);
  layer.depth_multiplier = 2;
  CHECK(run(layer, {{1, 2, 3, 4}, {1, 1, 1, 1}, {0, 0, 0, 0}}, {10, 100}) == Values{10, 20, 300, 400});
}

TEST_CASE("activations clamp numbers, and keep what is none") {
  Layer layer = windowed(LayerKind::convolution, {1, 5, 1}, {1, 5, 1}, 1, 1, 0);
  const Values input{-1, 3, 7, INFINITY, NAN};
  auto ends = [&](ActivationFunction function) {
    layer.activation = function;
    const Values found = run(layer, {{1}, {1}, {0}}, input);
    CHECK(std::isnan(found[4]));
    return Values{found.begin(), found.begin() + 4};
  };
  CHECK(ends(ActivationFunction::none) == Values{-1, 3, 7, INFINITY});
  CHECK(ends(ActivationFunction::relu) == Values{0, 3, 7, INFINITY});
  CHECK(ends(ActivationFunction::relu6) == Values{0, 3, 6, 6});
  CHECK(ends(ActivationFunction::clamp(-0.5f, 5)) == Values{-0.5, 3, 5, 5});
  CHECK(ends(ActivationFunction::hard_sigmoid) == Values{2.0 / 6, 1, 1, 1});
  CHECK(ends(ActivationFunction::hard_swish) == Values{-2.0 / 6, 3, 7, INFINITY});
  CHECK(ends(ActivationFunction::sigmoid)[0] == Approx(0.26894142));
}

TEST_CASE("a softmax or sigmoid at the end is left out where logits are wanted; NaN goes through both") {
  Layer layer{LayerKind::softmax, "end", ""};
  layer.in = layer.out = {1, 1, 2};
  CHECK(run(layer, {}, {0, std::log(3.0)})[1] == Approx(0.75));
  CHECK(run(layer, {}, {1, 2}, true) == Values{1, 2});
  for (const double value : run(layer, {}, {1, NAN})) CHECK(std::isnan(value));
  layer.kind = LayerKind::sigmoid;
  CHECK(run(layer, {}, {0, std::log(3.0)}) == Values{0.5, 0.75});
  CHECK(run(layer, {}, {1, 2}, true) == Values{1, 2});
  CHECK(std::isnan(run(layer, {}, {1, NAN})[1]));
}

TEST_CASE("the magnitude is the largest sum of absolute products") {
  Layer layer = windowed(LayerKind::convolution, {1, 2, 2}, {1, 2, 1}, 1, 1, 0);
  double magnitude = 0;
  reference::run_block({{BlockKind::stem, "block", "", {layer}}, {{{1, -2}, {-3}, {5}}}},
                       {layer.in, {1, 4, -2, 1}}, false, &magnitude);
  CHECK(magnitude == 3 * (1 * 2 + 2 * 4) + 5);
}

}  // namespace test_layers
