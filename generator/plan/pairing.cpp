#include "plan/pairing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "products/winograd.h"

namespace mobilith {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Of an output: sums over its weights, in magnitude.
struct Sums {
  double pairs = 0, singles = 0, squares = 0;  // of y0 y1, of paired y, of all y y
  // Of x y and the bias, by either opinion of x: of x as it is, and less the centre where it is paired.
  std::array<double, 2> direct{}, centred{};
};

// By one opinion.
struct Sizes {
  std::vector<double> of, centred;
  double pairs = 0, singles = 0, squares = 0;  // sums of x0 x1, of paired x, of all x x, less the centre
};

// Neither opinion can lead far off alone.
double nearer_to_zero(double a, double b) {
  if (!(a * b > 0)) return 0;
  return std::abs(a) < std::abs(b) ? a : b;
}

float centre_of(const ChannelSizes& inputs, const PairedProducts& p) {
  const auto mean = [&](const std::vector<Spread>& opinion) {
    double sum = 0;
    for (int k = 0; k < p.inputs(); k++)
      if (p.paired(k)) sum += opinion[size_t(k)].mean;
    return sum / std::max(1, 2 * p.pairs());
  };
  const auto centre = static_cast<float>(nearer_to_zero(mean(inputs.recorded), mean(inputs.derived)));
  return std::isfinite(centre) ? centre : 0;
}

// No input is taken for less than a quarter of its size: means are opinions, too.
Sizes sizes_of(const std::vector<Spread>& inputs, const PairedProducts& p, double centre) {
  Sizes sizes;
  for (const Spread& input : inputs) {
    const double size = input.size();
    const bool paired = p.paired(static_cast<int>(sizes.of.size()));
    sizes.of.push_back(size);
    sizes.centred.push_back(paired ? std::max(size / 4, Spread{input.mean - centre, input.variance}.size())
                                   : size);
    sizes.squares += sizes.centred.back() * sizes.centred.back();
    if (paired) sizes.singles += sizes.centred.back();
  }
  for (int i = 0; i < p.pairs(); i++)
    sizes.pairs += sizes.centred[size_t(p.first(i))] * sizes.centred[size_t(p.second(i))];
  return sizes;
}

std::vector<Sums> sums_of(const std::vector<float>& kernel, const std::vector<float>& bias,
                          const std::array<Sizes, 2>& inputs, const PairedProducts& p) {
  const size_t out = bias.size(), in = kernel.size() / out;
  std::vector<Sums> sums(out);
  for (size_t o = 0; o < out; o++)
    sums[o].direct.fill(std::abs(double{bias[o]})), sums[o].centred = sums[o].direct;
  for (size_t k = 0; k < in; k++) {
    const float* weights = &kernel[k * out];
    const bool paired = p.paired(static_cast<int>(k));
    const bool first = paired && k % size_t(3 * p.group) < size_t(p.group);
    const float* partners = first ? &kernel[(k + size_t(p.group)) * out] : nullptr;
    for (size_t o = 0; o < out; o++) {
      const double y = std::abs(double{weights[o]});
      sums[o].squares += y * y;
      if (paired) sums[o].singles += y;
      if (partners) sums[o].pairs += y * std::abs(double{partners[o]});
      for (size_t i = 0; i < 2; i++)
        sums[o].direct[i] += inputs[i].of[k] * y, sums[o].centred[i] += inputs[i].centred[k] * y;
    }
  }
  return sums;
}

// Errors are a share of the magnitudes added up: direct, the terms T; paired, of weights scaled by f, with X
// and Y the sums of x0 x1 and y0 y1,
//   sum of ((x0 + f y1) (x1 + f y0) + x0 x1 + f y0 f y1) / f + what is not paired  ==  T + 2 X / f + 2 f Y
// where x is less the centre c. Weights are rounded again where c is taken off them:
//   sum of c (x0 + f y1 + x1 + f y0) / f
double bound(const Sums& sums, const Sizes& inputs, size_t opinion, double centre, double scale) {
  const double direct = sums.direct[opinion];
  if (direct == 0) return 1;  // always zero
  const double paired = sums.centred[opinion] + 2 * inputs.pairs / scale + 2 * scale * sums.pairs +
                        std::abs(centre) * (inputs.singles / scale + sums.singles);
  // Sums are scaled by f too; terms x0 x1 must be normal numbers.
  constexpr double most = 0x1p96, least = 0x1p-96;
  return paired * scale > most || (inputs.pairs > 0 && inputs.pairs < least) ? infinity : paired / direct;
}

// inputs: what X is by both opinions, their geometric mean. f f = 2 X / Y is about where the bound is least
// if inputs vary by as much as their centre; simulated errors of blocks and networks were least there.
int exponent(const Sums& sums, double inputs) {
  constexpr double hardly = 0x1p-20;  // of all weights: pairs of which one weight is zero have no product
  constexpr double none = 0x1p-80;    // without weights the bias is the value, and must not lose anything
  const double weights = sums.squares > 0 ? sums.pairs + hardly * sums.squares : none;
  return static_cast<int>(std::lround(std::clamp(0.5 * std::log2(2 * inputs / weights), -100.0, 100.0)));
}

std::vector<double> values_of(const std::vector<float>& kernel, const std::vector<float>& bias,
                              const ChannelSizes& inputs) {
  std::vector<double> values(bias.begin(), bias.end());
  for (size_t k = 0; k < kernel.size() / bias.size(); k++) {
    const double mean = nearer_to_zero(inputs.recorded[k].mean, inputs.derived[k].mean);
    for (size_t o = 0; o < values.size(); o++) values[o] += mean * double{kernel[k * values.size() + o]};
  }
  return values;
}

}  // namespace

Pairing pairing(const std::vector<float>& kernel, const std::vector<float>& bias, const ChannelSizes& inputs,
                int group) {
  const PairedProducts p = paired_products(static_cast<int>(kernel.size() / bias.size()), group);
  Pairing result;
  result.centre = centre_of(inputs, p);
  result.values = values_of(kernel, bias, inputs);
  const std::array<Sizes, 2> sizes{sizes_of(inputs.recorded, p, result.centre),
                                   sizes_of(inputs.derived, p, result.centre)};
  const auto product = [](const Sizes& s) { return std::max(s.pairs + 0x1p-20 * s.squares, 0x1p-100); };
  // In the middle, where the worse of the two bounds is least.
  const double both = std::sqrt(product(sizes[0])) * std::sqrt(product(sizes[1]));
  for (const Sums& sums : sums_of(kernel, bias, sizes, p)) {
    result.exponents.push_back(exponent(sums, both));
    const double scale = std::ldexp(1.0, result.exponents.back());
    for (size_t i = 0; i < 2; i++) {
      const double here = bound(sums, sizes[i], i, result.centre, scale);
      if (!(here <= result.bound)) result.bound = std::isnan(here) ? infinity : here;
    }
  }
  return result;
}

}  // namespace mobilith
