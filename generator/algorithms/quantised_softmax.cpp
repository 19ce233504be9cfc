// Softmax of bytes in TensorFlow Lite's two arithmetics (quantised/softmax.cpp has the sources).
#include "algorithms/quantised_pixels.h"

namespace mobilith {
using namespace Halide;

namespace {

constexpr int sum_bits = 12;  // of 31, before the point

Expr shifted_left(const Expr& x, int bits) {
  const Expr wide = cast<int64_t>(x) << bits;
  return cast<int32_t>(clamp(wide, Expr(int64_t{-1} << 31), Expr((int64_t{1} << 31) - 1)));
}

// 2^31 / (1 + x / 2^31), as quantised/exponential.h has it.
Expr reciprocal_of_one_plus(const Expr& x) {
  constexpr int first = 1515870810, slope = -1010580540, unit = 1 << 29;
  const Expr half = cast<int32_t>((cast<int64_t>(x) + Expr(int64_t{1} << 31)) >> 1);
  Expr result = first + high_product(half, slope);
  for (int i = 0; i < 3; i++)
    result = result + shifted_left(high_product(result, unit - high_product(half, result)), 2);
  return shifted_left(result, 1);
}

}  // namespace

QuantisedPixels quantised_softmax(const PixelsShape& shape, const Machine& machine) {
  const Channels channels = byte_channels_of(shape.channels, machine);
  const bool onnx = shape.rescale == Rescale::onnx, floats = shape.rescale != Rescale::integer;
  QuantisedPixels s;
  s.output = Func("output");
  ImageParam input = dense("input", {channels.stored()}, true, ElementType::u8);
  ImageParam table = typed(floats ? "table" : "exponentials", floats ? Float(32) : Int(32), {256});
  ImageParam terms = dense("terms", {1});
  s.arguments = {input, table};
  if (floats && shape.rescale != Rescale::none) s.arguments.push_back(terms);
  const RDom c(0, shape.channels, "c");
  Func largest("largest"), total("total");
  largest() = cast<uint8_t>(0);
  largest() = max(largest(), input(c));
  const auto power = [&](const Expr& place) -> Expr {
    const Expr i = min(place, channels.stored() - 1);
    return table(clamp(cast<int32_t>(largest()) - cast<int32_t>(input(i)), 0, 255));
  };
  Expr byte;
  if (floats) {
    total() = 0.0f;
    total() = strict_float(total() + power(c));
    s.before = {largest, total};
    if (shape.rescale == Rescale::none) {
      s.output(s.lane) = strict_float(power(s.lane) / total());
      dense_output(s.output, {channels_of(shape.channels, machine).stored()});
      return s;
    }
  }
  if (onnx) {
    ImageParam limits = typed("limits", Int(32), {4});
    s.arguments.push_back(limits);
    const Expr share = strict_float(strict_float(power(s.lane) * terms(0)) / total());
    byte = cast<uint8_t>(clamp(nearest(min(share, 512.0f)) + limits(0), limits(1), limits(2)));
  } else if (floats) {
    const Expr reciprocal = strict_float(1.0f / strict_float(total() * terms(0)));
    const Expr share = rounded_product(power(s.lane), reciprocal);
    const Expr places = shape.is_signed ? nearest_away(share) : whole_below(strict_float(share + 0.5f));
    byte = cast<uint8_t>(nearest(min(places, 255.0f)));
  } else {
    total() = cast<uint32_t>(0);
    total() += cast<uint32_t>(rounded_right(power(c), sum_bits));
    Func reciprocal("reciprocal"), shift("shift");
    const Expr headroom = cast<int32_t>(count_leading_zeros(total()));
    const Expr fraction =
        reinterpret<int32_t>((total() << cast<uint32_t>(headroom)) - cast<uint32_t>(Expr(1u << 31)));
    reciprocal() = reciprocal_of_one_plus(fraction);
    shift() = sum_bits - headroom + 31 - 8;
    const Expr share = rounded_right(high_product(reciprocal(), power(s.lane)), min(shift(), 31));
    byte = cast<uint8_t>(min(select(shift() <= 31, share, 0), 255));
    s.before = {largest, total, reciprocal, shift};
  }
  s.output(s.lane) = byte;
  dense_output(s.output, {channels.stored()});
  return s;
}

}  // namespace mobilith
