// Paired products: packed weights, read by plain loops in double and by Halide's algorithm in float.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "catch.h"
#include "plan/packing.h"
#include "plan/pairing.h"
#include "products/pointwise.h"
#include "products/scheme.h"
#include "products/winograd.h"

namespace test_packing_pairs {

using namespace mobilith;

namespace {

constexpr float ulp = 0x1p-24f;  // half a unit in the last place of 1

Matrix matrix_of_pairs(int in, int out, int lanes, int group = 0) {
  Machine machine;
  machine.lanes = lanes;
  Matrix matrix{channels_of(in, machine), 1, channels_of(out, machine), Multiplication::winograd};
  matrix.pair_group = group;
  return matrix;
}

struct Case {
  int in = 0, out = 0, lanes = 16, group = 0;
  std::vector<float> kernel, bias, input;
  float& weight(int k, int o) { return kernel[size_t(k) * out + o]; }
  float weight(int k, int o) const { return kernel[size_t(k) * out + o]; }
  Matrix matrix() const { return matrix_of_pairs(in, out, lanes, group); }
  PairedProducts pairs() const { return paired_products(in, group); }
  Pairing pairing() const {
    const std::vector<Spread> sizes(size_t(in), Spread{2.5, 4});  // as random_case's inputs
    return mobilith::pairing(kernel, bias, {sizes, sizes}, group);
  }
  std::vector<Packed> packed() const { return scheme_of(matrix()).pack(kernel, bias, matrix(), pairing()); }
};

// Weights in [-scale, scale], inputs as after ReLU6.
Case random_case(std::mt19937& random, int in, int out, float scale) {
  std::uniform_real_distribution<float> weights(-scale, scale), inputs(-1, 6);
  Case c{.in = in, .out = out, .kernel = {}, .bias = {}, .input = {}};
  c.kernel.resize(size_t(in) * out), c.bias.resize(out), c.input.resize(in);
  for (float& value : c.kernel) value = weights(random);
  for (float& value : c.bias) value = weights(random);
  for (float& value : c.input) value = std::max(inputs(random), 0.0f);
  return c;
}

// What a kernel computes, but for its rounding; padding channels too.
std::vector<double> paired(const Case& c) {
  const PairedProducts p = c.pairs();
  const std::vector<Packed> packed = c.packed();
  const std::vector<float>& x = c.input;
  const int stored = static_cast<int>(packed[1].size() / 3), width = c.matrix().out.width;
  const double centre = packed[2][0];
  double pair_sum = 0;
  for (int i = 0; i < p.pairs(); i++)
    pair_sum += (i % 2 == 0 ? 1.0 : -1.0) * (x[p.first(i)] - centre) * (x[p.second(i)] - centre);
  std::vector<double> values;
  for (int o = 0; o < stored; o++) {
    const auto y = [&](int k) {
      return double{packed[0][(size_t(o) / width * c.in + k) * width + o % width]};
    };
    double sum = packed[1][o] - pair_sum;
    for (int i = 0; i < p.pairs(); i += 2) {
      const int at = i / 2 * paired_step;
      sum += (x[p.first(i)] + y(at)) * (x[p.second(i)] + y(at + 1));
      sum -= (x[p.first(i + 1)] + y(at + 2)) * (x[p.second(i + 1)] + y(at + 3));
      for (int t = 0; t < 2; t++) sum += x[p.second(i + t) + p.group] * y(at + 4 + t);
    }
    for (int k = p.inputs(); k < c.in; k++) sum += x[k] * y(k);
    values.push_back(sum * packed[1][stored + o] + packed[1][2 * stored + o]);
  }
  return values;
}

// What products/winograd.cpp computes of it, compiled here without a schedule: as generated kernels round.
class ByHalide {
 public:
  ByHalide(int in, int out, int lanes, int group = 0) : input_(Halide::Float(32), 1, "input") {
    const Halide::Var o("o"), pixel("pixel");
    const Matrix matrix = matrix_of_pairs(in, out, lanes, group);
    product_ = pointwise("", matrix, o, {pixel},
                         [&](const Halide::Expr& c, const Halide::Expr&) { return input_(c); });
    output_(o, pixel) = product_.value;
    width_ = matrix.out.width;
    output_.compile_jit();
  }
  std::vector<float> operator()(const Case& c) {
    const std::vector<Packed> packed = c.packed();
    const int stored = static_cast<int>(packed[1].size() / 3);
    input_.set(buffer(c.input, {c.in}));
    product_.weights.set(buffer(packed[0], {width_, c.in, stored / width_}));
    product_.bias.set(buffer(packed[1], {stored, 3}));
    product_.centre.set(buffer(packed[2], {1}));
    Halide::Buffer<float> found = output_.realize({stored, 1});
    return {found.begin(), found.end()};
  }

 private:
  // Aligned as kernels want it.
  static Halide::Buffer<float> buffer(const std::vector<float>& values, const std::vector<int>& extents) {
    Halide::Buffer<float> buffer(extents);
    std::copy(values.begin(), values.end(), buffer.begin());
    return buffer;
  }

  Halide::ImageParam input_;
  Pointwise product_;
  Halide::Func output_{"output"};
  int width_ = 0;
};

std::vector<float> compiled(const Case& c) { return ByHalide(c.in, c.out, c.lanes)(c); }

double direct(const Case& c, int o) {
  double sum = c.bias[o];
  for (int k = 0; k < c.in; k++) sum += double{c.input[k]} * c.weight(k, o);
  return sum;
}

// Sums of magnitudes: of the direct sum's terms, and of those that paired products add up.
struct Magnitudes {
  double direct = 0, paired = 0;
};

// packed, pairing: the case's own, which take longer than the sums.
Magnitudes magnitudes(const Case& c, const std::vector<Packed>& packed, const Pairing& pairing, int o) {
  const PairedProducts p = c.pairs();
  const double back = packed[1][packed[1].size() / 3 + o];
  const double centre = packed[2][0];
  const auto x = [&](int k) { return std::abs(double{c.input[k]}); };
  const auto off = [&](int k) { return std::abs(c.input[k] - centre); };
  const auto y = [&](int k) { return std::abs(double{c.weight(k, o)}) / back; };
  Magnitudes m{std::abs(c.bias[o]), std::abs(c.bias[o]) + std::abs(pairing.values[o])};
  for (int k = 0; k < c.in; k++) {
    m.direct += x(k) * y(k) * back;
    if (!p.paired(k)) m.paired += x(k) * y(k) * back;
  }
  for (int pair = 0; pair < p.pairs(); pair++) {
    const int i = p.first(pair), j = p.second(pair);
    m.paired += (off(i) * off(j) + y(i) * y(j) + (off(i) + y(j)) * (off(j) + y(i)) +
                 centre * (off(i) + y(j) + off(j) + y(i))) *
                back;
  }
  return m;
}

// The outputs' errors in units of 2^-24 of such a sum.
struct Errors {
  double direct = 0, paired = 0;
};

Errors errors(const Case& c, const std::vector<float>& found) {
  const std::vector<Packed> packed = c.packed();
  const Pairing pairing = c.pairing();
  Errors worst;
  for (int o = 0; o < c.out; o++) {
    const double apart = std::abs(found[o] - direct(c, o)) / ulp;
    const Magnitudes m = magnitudes(c, packed, pairing, o);
    worst.direct = std::max(worst.direct, apart / m.direct);
    worst.paired = std::max(worst.paired, apart / m.paired);
  }
  return worst;
}

}  // namespace

TEST_CASE("the order of paired products holds every input once, negated where the second form asks for it") {
  for (int group : {0, 4, 8})
    for (int k = std::max(12, 3 * group); k <= 2048; k++) {
      INFO(k << ", groups of " << group);
      const PairedProducts p = paired_products(k, group);
      std::vector<int> seen(k, 0), signs(k, 1), expected(k, 1);
      bool inside = true;
      for (int packed = 0; packed < k; packed++) {
        const int input = paired_input(p, packed);
        inside = inside && input >= 0 && input < k;
        if (inside) seen[input]++, signs[input] = paired_sign(p, packed);
      }
      for (int i = 1; i < p.pairs(); i += 2) expected[p.first(i)] = expected[p.second(i)] = -1;
      REQUIRE(inside);
      REQUIRE(seen == std::vector<int>(k, 1));
      REQUIRE(signs == expected);
    }
}

TEST_CASE("two thirds of the products are paired, each with one other") {
  for (int group : {0, 4, 8})
    for (int k = std::max(12, 3 * group); k <= 2048; k++) {
      const PairedProducts p = paired_products(k, group);
      REQUIRE(p.group % 2 == 0);
      REQUIRE(p.inputs() + p.rest == k);
      REQUIRE((p.rest >= 0 && p.rest < std::max(6, 3 * group)));
      std::vector<bool> paired(k, false), expected(k);
      for (int i = 0; i < p.pairs(); i++) paired[p.first(i)] = paired[p.second(i)] = true;
      for (int input = 0; input < k; input++) expected[input] = p.paired(input);
      REQUIRE(paired == expected);
      REQUIRE(std::count(paired.begin(), paired.end(), true) == 2 * p.pairs());
    }
}

TEST_CASE("packed pairs give the direct sum") {
  std::mt19937 random(1);
  for (int i = 0; i < 200; i++) {
    const auto between = [&](int least, int most) {
      return std::uniform_int_distribution<int>(least, most)(random);
    };
    Case c = random_case(random, between(12, i % 10 == 0 ? 1300 : 100), between(1, 70), 1);
    c.lanes = 4 << between(0, 2), c.group = between(0, 1) * 4;
    INFO(c.in << " to " << c.out << ", lanes " << c.lanes << ", groups of " << c.group);
    const std::vector<double> found = paired(c);
    REQUIRE(static_cast<int>(found.size()) == c.matrix().out.stored());
    // In double all that is left is the rounding of packed constants.
    for (int o = 0; o < static_cast<int>(found.size()); o++)
      if (o < c.out)
        REQUIRE(std::abs(found[o] - direct(c, o)) <= 6 * ulp * std::sqrt(c.in));
      else
        REQUIRE(found[o] == 0);
  }
}

TEST_CASE("an output without weights is its bias") {
  std::mt19937 random(2);
  Case c = random_case(random, 384, 5, 0.1f);
  c.bias = {0.25f, -1.2345678f, 6, 1e-6f, 0};
  std::fill(c.kernel.begin(), c.kernel.end(), 0.0f);
  const std::vector<float> found = compiled(c);
  for (int o = 0; o < 3; o++) CHECK(found[o] == c.bias[o]);
  for (int o = 3; o < 5; o++) CHECK(std::abs(found[o] - c.bias[o]) < 1e-12);
}

TEST_CASE("padding channels are zero") {
  std::mt19937 random(3);
  const Case c = random_case(random, 100, 21, 1);
  const std::vector<float> found = compiled(c);
  REQUIRE(found.size() == 32);
  CHECK(std::all_of(found.begin() + c.out, found.end(), [](float value) { return value == 0; }));
}

TEST_CASE("a power of two in weights and bias changes the exponent alone") {
  std::mt19937 random(4);
  const Case c = random_case(random, 320, 16, 0.1f);
  ByHalide kernel(c.in, c.out, c.lanes);
  const std::vector<float> found = kernel(c);
  for (int exponent : {-20, -7, 7, 20}) {
    INFO(exponent);
    Case scaled = c;
    for (auto* values : {&scaled.kernel, &scaled.bias})
      for (float& value : *values) value = std::ldexp(value, exponent);
    std::vector<float> expected;
    for (float value : found) expected.push_back(std::ldexp(value, exponent));
    CHECK(kernel(scaled) == expected);
  }
}

TEST_CASE("rounding errors stay small") {
  std::mt19937 random(5);
  const auto sixes = [](Case& c) { c.input.assign(c.input.size(), 6.0f); };
  const auto one_sign = [](Case& c) {
    for (float& weight : c.kernel) weight = std::abs(weight);
  };
  const auto one_huge = [](Case& c) {
    for (int o = 0; o < c.out; o++) c.weight(o % c.in, o) *= 1e4f;
  };
  struct Size {
    int in, lanes, group;
  };
  for (const auto& [in, lanes, group] : {Size{12, 16, 0},
                                         {32, 16, 0},
                                         {96, 16, 0},
                                         {192, 16, 0},
                                         {576, 16, 0},
                                         {1024, 16, 0},
                                         {2048, 16, 0},
                                         {64, 8, 4},
                                         {200, 8, 4},
                                         {1024, 8, 4},
                                         {2048, 8, 4}}) {
    ByHalide kernel(in, 64, lanes, group);
    for (float scale : {1e-3f, 0.1f, 1.0f, 30.0f}) {
      INFO(in << " inputs, weights up to " << scale << ", groups of " << group);
      const auto worst = [&](const std::function<void(Case&)>& change) {
        Case c = random_case(random, in, 64, scale);
        c.lanes = lanes, c.group = group;
        change(c);
        return errors(c, kernel(c));
      };
      CHECK(worst([](Case&) {}).direct <= 6);
      CHECK(worst(sixes).direct <= 6);
      CHECK(worst(one_sign).direct <= 2 * std::sqrt(in));  // partial sums grow, those of direct products too
      // A large term stays in the sum until its weights' own is taken off; sum |x y| is no measure of that.
      CHECK(worst(one_huge).paired <= 6 + std::sqrt(in));
    }
  }
}

}  // namespace test_packing_pairs
