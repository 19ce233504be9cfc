#include "plan/pairing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "algorithms/paired_products.h"

namespace mobilith {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Of an output: sums over its weights, in magnitude.
struct Sums {
  double pairs = 0, squares = 0;  // of y0 y1, of y y
  std::array<double, 2> terms{};  // of x y and the bias, by either opinion of x
};

// By one opinion.
struct Sizes {
  std::vector<double> of;
  double pairs = 0, squares = 0;  // sums of x0 x1, of x x
};

Sizes sizes_of(const std::vector<Spread>& inputs, const PairedProducts& p) {
  Sizes sizes;
  for (const Spread& input : inputs) sizes.of.push_back(input.size());
  for (double size : sizes.of) sizes.squares += size * size;
  for (int i = 0; i < p.pairs; i++) sizes.pairs += sizes.of[size_t(i)] * sizes.of[size_t(p.pairs + i)];
  return sizes;
}

std::vector<Sums> sums_of(const std::vector<float>& kernel, const std::vector<float>& bias,
                          const std::array<Sizes, 2>& inputs, const PairedProducts& p) {
  const size_t out = bias.size(), in = kernel.size() / out;
  std::vector<Sums> sums(out);
  for (size_t o = 0; o < out; o++) sums[o].terms.fill(std::abs(double{bias[o]}));
  for (size_t k = 0; k < in; k++) {
    const float* weights = &kernel[k * out];
    const float* partners = k < size_t(p.pairs) ? &kernel[(k + size_t(p.pairs)) * out] : nullptr;
    for (size_t o = 0; o < out; o++) {
      const double y = std::abs(double{weights[o]});
      sums[o].squares += y * y;
      if (partners) sums[o].pairs += y * std::abs(double{partners[o]});
      for (size_t i = 0; i < 2; i++) sums[o].terms[i] += inputs[i].of[k] * y;
    }
  }
  return sums;
}

// Errors are a share of the magnitudes added up: direct, the terms T; paired, of weights scaled by f, with X
// and Y the sums of x0 x1 and y0 y1,
//   sum of ((x0 + f y1) (x1 + f y0) + x0 x1 + f y0 f y1) / f + what is not paired  ==  T + 2 X / f + 2 f Y
// which is least at f f = X / Y.
double bound(const Sums& sums, double pairs, double terms, double scale) {
  if (terms == 0) return 1;  // always zero
  const double paired = terms + 2 * pairs / scale + 2 * scale * sums.pairs;
  // Sums are scaled by f too; terms x0 x1 must be normal numbers.
  constexpr double most = 0x1p96, least = 0x1p-96;
  return paired * scale > most || (pairs > 0 && pairs < least) ? infinity : paired / terms;
}

// inputs: what X is by both opinions, their geometric mean.
int exponent(const Sums& sums, double inputs) {
  constexpr double hardly = 0x1p-20;  // of all weights: pairs of which one weight is zero have no product
  constexpr double none = 0x1p-80;    // without weights the bias is the value, and must not lose anything
  const double weights = sums.squares > 0 ? sums.pairs + hardly * sums.squares : none;
  return static_cast<int>(std::lround(std::clamp(0.5 * std::log2(inputs / weights), -100.0, 100.0)));
}

}  // namespace

Pairing pairing(const std::vector<float>& kernel, const std::vector<float>& bias,
                const ChannelSizes& inputs) {
  const PairedProducts p = paired_products(static_cast<int>(kernel.size() / bias.size()));
  const std::array<Sizes, 2> sizes{sizes_of(inputs.recorded, p), sizes_of(inputs.derived, p)};
  const auto product = [](const Sizes& s) { return std::max(s.pairs + 0x1p-20 * s.squares, 0x1p-100); };
  // In the middle, where the worse of the two bounds is least.
  const double both = std::sqrt(product(sizes[0])) * std::sqrt(product(sizes[1]));
  Pairing result;
  for (const Sums& sums : sums_of(kernel, bias, sizes, p)) {
    result.exponents.push_back(exponent(sums, both));
    const double scale = std::ldexp(1.0, result.exponents.back());
    for (size_t i = 0; i < 2; i++) {
      const double here = bound(sums, sizes[i].pairs, sums.terms[i], scale);
      if (!(here <= result.bound)) result.bound = std::isnan(here) ? infinity : here;
    }
  }
  return result;
}

}  // namespace mobilith
