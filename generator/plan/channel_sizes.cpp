#include "plan/channel_sizes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mobilith {

namespace {

using Spreads = std::vector<Spread>;

// Values between 0 and `top` of those that are spread normally, clamped.
Spread clamped(const Spread& x, double top) {
  const double deviation = std::sqrt(std::max(0.0, x.variance));
  // So far away that only rounding is left of the density; without a top, too.
  constexpr double far = 38;
  top = std::min(top, std::max(0.0, x.mean) + far * deviation);
  if (deviation <= std::abs(x.mean) / 1e6) return {std::clamp(x.mean, 0.0, top), 0};
  const auto below = [](double z) { return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2); };
  const auto density = [](double z) {
    return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  };
  const double low = -x.mean / deviation, high = (top - x.mean) / deviation;
  const double inside = below(high) - below(low), above = below(-high);
  const double mean = x.mean * inside + deviation * (density(low) - density(high)) + top * above;
  const double square = (x.mean * x.mean + x.variance) * inside +
                        x.mean * deviation * (density(low) - density(high)) +
                        x.variance * (low * density(low) - high * density(high)) + top * top * above;
  return {mean, std::max(0.0, square - mean * mean)};
}

// Of any function, in steps of a tenth of the deviation.
Spread passed(const Spread& x, const ActivationFunction& function) {
  constexpr int steps = 60;  // to either side
  const double deviation = std::sqrt(std::max(0.0, x.variance));
  double weights = 0, sum = 0, squares = 0;
  for (int i = -steps; i <= steps; i++) {
    const double z = i / 10.0, weight = std::exp(-z * z / 2), y = value_of(function, x.mean + z * deviation);
    weights += weight, sum += weight * y, squares += weight * y * y;
  }
  const double mean = sum / weights;
  return {mean, std::max(0.0, squares / weights - mean * mean)};
}

Spreads activated(Spreads values, const ActivationFunction& function) {
  if (function == ActivationFunction::none) return values;
  for (Spread& value : values)
    value = function == ActivationFunction::relu6  ? clamped(value, 6.0)
            : function == ActivationFunction::relu ? clamped(value, INFINITY)
                                                   : passed(value, function);
  return values;
}

// Sums of weights times inputs that do not depend on each other, but for neighbours in an image: half of what
// varies in a window varies in all of it.
Spreads summed(const Layer& layer, const FoldedLayer& folded, const Spreads& input) {
  const bool depthwise = layer.kind == LayerKind::depthwise;
  const size_t out = folded.bias.size(), in = input.size(), rows = depthwise ? 1 : in;
  const size_t taps = folded.kernel.size() / (rows * out);
  Spreads sums(out);
  std::vector<double> total(out), squares(out);
  for (size_t o = 0; o < out; o++) sums[o].mean = folded.bias[o];
  for (size_t k = 0; k < rows; k++) {
    std::fill(total.begin(), total.end(), 0.0), std::fill(squares.begin(), squares.end(), 0.0);
    for (size_t tap = 0; tap < taps; tap++) {
      const float* weights = &folded.kernel[(tap * rows + k) * out];
      for (size_t o = 0; o < out; o++)
        total[o] += weights[o], squares[o] += double{weights[o]} * double{weights[o]};
    }
    for (size_t o = 0; o < out; o++) {
      const Spread& x = input[depthwise ? o * in / out : k];
      sums[o].mean += total[o] * x.mean;
      sums[o].variance += 0.5 * (total[o] * total[o] + squares[o]) * x.variance;
    }
  }
  return sums;
}

Spreads recorded(const FoldedLayer& folded) {
  Spreads values;
  for (size_t c = 0; c < folded.mean.size(); c++)
    values.push_back({folded.mean[c], folded.deviation[c] * folded.deviation[c]});
  return values;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double Spread::size() const { return std::sqrt(mean * mean + variance); }

ChannelSizes by(Opinion opinion, ChannelSizes sizes) {
  if (opinion == Opinion::recorded) sizes.derived = sizes.recorded;
  if (opinion == Opinion::derived) sizes.recorded = sizes.derived;
  return sizes;
}

double agreement(const Layer& layer, const FoldedLayer& folded, const ChannelSizes& input) {
  const Spreads expected = summed(layer, folded, input.recorded);
  double product = 0, squares = 1e-30, other_squares = 1e-30;
  for (size_t o = 0; o < expected.size(); o++) {
    const double deviation = std::max(folded.deviation[o], 1e-30);
    const double sum = (expected[o].mean - folded.bias[o]) / deviation,
                 mean = (folded.mean[o] - folded.bias[o]) / deviation;
    product += sum * mean, squares += sum * sum, other_squares += mean * mean;
  }
  return product / std::sqrt(squares) / std::sqrt(other_squares);
}

Opinion believed(std::vector<double> agreements) {
  if (agreements.empty()) return Opinion::both;
  const double middle = median(std::move(agreements));
  // Of trained networks 0.64 to 0.998, most above 0.98; of weights and statistics made apart 0.04 at most.
  return middle > 0.9 ? Opinion::recorded : middle < 0.5 ? Opinion::derived : Opinion::both;
}

ChannelSizes input_sizes(const Block& first) {
  const Spread pixels{0, 1.0 / 3}, between_blocks{1.5, 6.75};
  const Spreads values(static_cast<size_t>(first.in().channels),
                       first.kind == BlockKind::stem ? pixels : between_blocks);
  return {values, values};
}

ChannelSizes output_sizes(const Layer& layer, const FoldedLayer& folded, const ChannelSizes& input,
                          bool stem) {
  ChannelSizes sizes;
  sizes.recorded = activated(folded.mean.empty() ? summed(layer, folded, input.recorded) : recorded(folded),
                             layer.activation);
  sizes.derived = stem ? sizes.recorded : activated(summed(layer, folded, input.derived), layer.activation);
  return sizes;
}

ChannelSizes added(const ChannelSizes& a, const ChannelSizes& b) {
  ChannelSizes sum = a;
  for (Spreads ChannelSizes::* opinion : {&ChannelSizes::recorded, &ChannelSizes::derived})
    for (size_t c = 0; c < (sum.*opinion).size(); c++) {
      (sum.*opinion)[c].mean += (b.*opinion)[c].mean;
      (sum.*opinion)[c].variance += (b.*opinion)[c].variance;
    }
  return sum;
}

ChannelSizes multiplied(const ChannelSizes& a, const ChannelSizes& b) {
  ChannelSizes product = a;
  for (Spreads ChannelSizes::* opinion : {&ChannelSizes::recorded, &ChannelSizes::derived})
    for (size_t c = 0; c < (product.*opinion).size(); c++) {
      const Spread x = (a.*opinion)[c], y = (b.*opinion)[c];
      (product.*opinion)[c] = {x.mean * y.mean, x.variance * y.variance + x.variance * y.mean * y.mean +
                                                    y.variance * x.mean * x.mean};
    }
  return product;
}

}  // namespace mobilith
