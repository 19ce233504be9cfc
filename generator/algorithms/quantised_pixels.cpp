#include "algorithms/quantised_pixels.h"

namespace mobilith {
using namespace Halide;

namespace {

std::vector<int> extents_of(const Channels& c, int pixels) { return {c.width, pixels, c.vectors}; }

ImageParam image(const char* name, const Channels& c, int pixels) {
  return typed(name, UInt(8), extents_of(c, pixels));
}

struct Pixels {
  Channels channels;
  QuantisedPixels s;
  Expr o;
};

Pixels begin(const PixelsShape& shape, const Machine& machine) {
  Pixels p{
      shape.dense ? image_channels_of(shape.channels) : byte_channels_of(shape.channels, machine), {}, {}};
  p.o = p.s.vector * p.channels.width + p.s.lane;
  p.s.output = Func("output");
  return p;
}

QuantisedPixels end(Pixels p, int pixels, const Expr& value) {
  p.s.output(p.s.lane, p.s.x, p.s.vector) = value;
  dense_output(p.s.output, extents_of(p.channels, pixels));
  return std::move(p.s);
}

Expr stored(const Expr& byte, bool is_signed) {
  return cast<int32_t>(byte) - (is_signed ? signed_offset : 0);
}

}  // namespace

namespace {

// The two operands, i32, and the first arguments.
struct Two {
  Expr a, b;
};

Two two_of(Pixels& p, const PixelsShape& shape) {
  constexpr const char* names[] = {"addend", "gate", "constant"};
  const bool whole = shape.other == Other::image;
  ImageParam input = image("input", p.channels, shape.pixels),
             other = image(names[int(shape.other)], p.channels, whole ? shape.pixels : 1);
  p.s.arguments = {input, other};
  const QuantisedPixels& s = p.s;
  return {cast<int32_t>(input(s.lane, s.x, s.vector)),
          cast<int32_t>(other(s.lane, whole ? Expr(s.x) : Expr(0), s.vector))};
}

// Two FMAs, each rounded once to a float: in double their sums are exact (quantised/sums.cpp).
QuantisedPixels onnx_sum(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  const auto [a, b] = two_of(p, shape);
  ImageParam factors = typed("factors", Float(32), {3}), limits = typed("limits", Int(32), {4});
  p.s.arguments.insert(p.s.arguments.end(), {factors, limits});
  const int offset = shape.is_signed ? signed_offset : 0;
  const auto fused = [&](const Expr& byte, const Expr& factor, const Expr& added) {
    const Expr product = cast<double>(byte - offset) * cast<double>(factor);
    return strict_float(cast<float>(strict_float(product + cast<double>(added))));
  };
  const Expr sum = fused(a, factors(0), fused(b, factors(1), factors(2)));
  const Expr byte =
      cast<uint8_t>(nearest(clamp(sum, cast<float>(limits(1)), cast<float>(limits(2)))) + limits(0));
  return end(std::move(p), shape.pixels, byte);
}

}  // namespace

QuantisedPixels quantised_sum(const PixelsShape& shape, const Machine& machine) {
  if (shape.rescale == Rescale::onnx) return onnx_sum(shape, machine);
  Pixels p = begin(shape, machine);
  const auto [a, b] = two_of(p, shape);
  ImageParam terms = typed("terms", Int(32), {10}), limits = typed("limits", Int(32), {4});
  p.s.arguments.insert(p.s.arguments.end(), {terms, limits});
  Expr places;
  if (shape.rescale == Rescale::floating) {
    places = (a * terms(0) + b * terms(1) + terms(2)) >> cast<uint32_t>(terms(3));
  } else {
    constexpr int bits = 20;  // quantised/sums.cpp
    const Expr first = fixed_product((a - terms(0)) << bits, terms(1), terms(2));
    const Expr second = fixed_product((b - terms(3)) << bits, terms(4), terms(5));
    places = fixed_product(first * terms(9) + second * terms(8), terms(6), terms(7));
  }
  return end(std::move(p), shape.pixels, byte_within(places, limits(0), limits(1), limits(2)));
}

QuantisedPixels quantised_product(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  const bool onnx = shape.rescale == Rescale::onnx, floats = onnx || shape.rescale == Rescale::floating;
  const auto [a, b] = two_of(p, shape);
  ImageParam zeros = typed("zeros", Int(32), {2}), limits = typed("limits", Int(32), {4});
  ImageParam factors = typed("factors", floats ? Float(32) : Int(32), {2});
  p.s.arguments.insert(p.s.arguments.end(), {zeros, factors, limits});
  const Expr zero = limits(0), least = limits(1), most = limits(2);
  const Expr both = (a - zeros(0)) * (b - zeros(1));
  Expr places;
  if (onnx) {  // the zero point is added before the float is rounded, of the file's own bytes
    const Expr sum = strict_float(rounded_product(cast<float>(both), factors(0)) + cast<float>(limits(3)));
    places = nearest(clamp(sum, cast<float>(least), cast<float>(most))) + zero;
  } else if (shape.near) {  // factors of up to 9 bits: their product is exact in a float
    const Expr product = cast<float>(a - zeros(0)) * cast<float>(b - zeros(1));
    return end(std::move(p), shape.pixels,
               byte_of_near(strict_float(strict_float(product) * factors(0)), zero, least, most));
  } else if (floats)
    places = nearest(clamp(strict_float(cast<float>(both) * factors(0)), cast<float>(least - zero),
                           cast<float>(most - zero))) +
             zero;
  else
    places = clamp(fixed_product(both, factors(0), factors(1)) + zero, least, most);
  return end(std::move(p), shape.pixels, cast<uint8_t>(places));
}

QuantisedPixels concatenation(const ConcatenationShape& shape, const Machine& machine) {
  Pixels p = begin({shape.pixels, shape.channels()}, machine);
  Expr byte = cast<uint8_t>(0);
  int from = 0;
  for (size_t i = 0; i < shape.parts.size(); i++) {
    const Channels c = byte_channels_of(shape.parts[i], machine);
    ImageParam part = image(("part_" + std::to_string(i)).c_str(), c, shape.pixels);
    p.s.arguments.push_back(part);
    const Expr channel = clamp(p.o - from, 0, c.count - 1);
    byte = select(p.o >= from, part(channel % c.width, p.s.x, channel / c.width), byte);
    from += c.count;
  }
  return end(std::move(p), shape.pixels, byte);
}

QuantisedPixels lookup(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  ImageParam table = typed("table", UInt(8), {shape.split ? 512 : 256}),
             limits = typed("limits", Int(32), {1});
  ImageParam input = shape.image ? typed("input", UInt(8), {shape.channels, shape.pixels}, /*aligned=*/false)
                                 : image("input", p.channels, shape.pixels);
  p.s.arguments = {input, table};
  if (shape.split) p.s.arguments.push_back(limits);
  if (shape.by_pixel) p.o = p.s.lane;
  Expr byte;
  if (shape.image)
    byte = input(min(p.o, shape.channels - 1), p.s.x);
  else if (shape.by_pixel)
    byte = input(p.o % p.channels.width, p.s.x, p.o / p.channels.width);
  else
    byte = input(p.s.lane, p.s.x, p.s.vector);
  Expr entry = cast<int32_t>(byte);
  if (shape.split) entry += select(p.s.x * shape.channels + p.o >= limits(0), 256, 0);
  const Expr found = table(entry);
  if (!shape.by_pixel) return end(std::move(p), shape.pixels, found);
  p.s.output(p.s.lane, p.s.x) = found;
  dense_output(p.s.output, {p.channels.stored(), shape.pixels});
  return std::move(p.s);
}

QuantisedPixels quantise(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  ImageParam input = dense("input", {shape.channels, shape.pixels}, /*aligned=*/false);
  ImageParam terms = typed("terms", Float(32), {1}), limits = typed("limits", Int(32), {4});
  p.s.arguments = {input, terms, limits};
  const Expr given = input(shape.dense ? p.o : min(p.o, shape.channels - 1), p.s.x);
  if (shape.rescale == Rescale::onnx) {
    const Expr least = cast<float>(limits(1) - limits(0)), most = cast<float>(limits(2) - limits(0));
    const Expr quotient = strict_float(given / terms(0));
    const Expr kept = clamp(select(strict_float(quotient == quotient), quotient, least), least, most);
    return end(std::move(p), shape.pixels, cast<uint8_t>(nearest(kept) + limits(0)));
  }
  const Expr scaled = strict_float(shape.rescale == Rescale::floating ? given * terms(0) : given / terms(0));
  const Expr kept = clamp(select(strict_float(scaled == scaled), scaled, 0.0f), -32768.0f, 32767.0f);
  const Expr places = shape.rescale == Rescale::floating ? nearest(kept) : nearest(nearest_away(kept));
  return end(std::move(p), shape.pixels, byte_within(places, limits(0), limits(1), limits(2)));
}

QuantisedPixels dequantise(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  const Channels floats = channels_of(shape.channels, machine);
  ImageParam input = image("input", p.channels, shape.pixels);
  ImageParam terms = typed("terms", Float(32), {1}), limits = typed("limits", Int(32), {1});
  p.s.arguments = {input, terms, limits};
  const Expr c = min(p.s.lane, p.channels.stored() - 1);
  const Expr byte = cast<int32_t>(input(c % p.channels.width, p.s.x, c / p.channels.width));
  p.s.output(p.s.lane, p.s.x) = terms(0) * cast<float>(byte - limits(0));
  dense_output(p.s.output, {floats.stored(), shape.pixels});
  return std::move(p.s);
}

QuantisedPixels quantised_mean(const PixelsShape& shape, const Machine& machine) {
  Pixels p = begin(shape, machine);
  const bool onnx = shape.rescale == Rescale::onnx, floats = onnx || shape.rescale == Rescale::floating;
  ImageParam input = image("input", p.channels, shape.pixels);
  ImageParam terms = typed("terms", floats ? Float(32) : Int(32), {4}),
             limits = typed("limits", Int(32), {4});
  p.s.arguments = {input, terms, limits};
  Func total("total");
  const RDom pixel(0, shape.pixels, "pixel");
  total(p.s.lane, p.s.vector) = 0;
  total(p.s.lane, p.s.vector) += stored(input(p.s.lane, pixel, p.s.vector), shape.is_signed);
  p.s.before = {total};
  const Expr sum = total(p.s.lane, p.s.vector);
  Expr places;
  if (onnx)
    places = nearest(clamp(strict_float(cast<float>(sum - limits(3)) * terms(0)),
                           cast<float>(limits(1) - limits(0)), cast<float>(limits(2) - limits(0)))) +
             limits(0);
  else if (floats)
    places = nearest(clamp(strict_float(rounded_product(cast<float>(sum), terms(0)) + terms(1)),
                           cast<float>(limits(1)), cast<float>(limits(2))));
  else
    places = clamp(fixed_product(sum - terms(0), terms(1), terms(2)) + terms(3), limits(1), limits(2));
  const Expr byte = cast<uint8_t>(places + (shape.is_signed ? signed_offset : 0));
  return end(std::move(p), 1, byte);
}

QuantisedPixels quantised_pool(const QuantisedPoolShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Channels channels = byte_channels_of(shape.channels, machine);
  QuantisedPixels s;
  s.output = Func("output");
  ImageParam input = image("input", channels, w.in_width * w.in_height);
  ImageParam limits = typed("limits", Int(32), {4});
  s.arguments = {input, limits};
  const Expr x = s.x % w.out_width, y = s.x / w.out_width;
  const RDom k(0, w.kernel_width, 0, w.kernel_height, "k");
  const Expr column = x * w.stride_x() - w.pad_left + k.x, row = y * w.stride - w.pad_top + k.y;
  const Expr inside = column >= 0 && column < w.in_width && row >= 0 && row < w.in_height;
  const Expr pixel = clamp(row, 0, w.in_height - 1) * w.in_width + clamp(column, 0, w.in_width - 1);
  const Expr byte = stored(input(s.lane, pixel, s.vector), shape.is_signed);
  Func total("total");
  const int least = shape.is_signed ? -signed_offset : 0;
  total(s.lane, s.x, s.vector) = shape.maximum ? least : 0;
  if (shape.maximum)
    total(s.lane, s.x, s.vector) = max(total(s.lane, s.x, s.vector), select(inside, byte, least));
  else
    total(s.lane, s.x, s.vector) += select(inside, byte, 0);
  s.before = {total};
  Expr places = total(s.lane, s.x, s.vector);
  if (!shape.maximum) {
    // How many pixels of the window lie in the image.
    const auto along = [](const Expr& first, int size, int extent) -> Expr {
      return min(first + size, extent) - max(first, 0);
    };
    const Expr count = along(x * w.stride_x() - w.pad_left, w.kernel_width, w.in_width) *
                       along(y * w.stride - w.pad_top, w.kernel_height, w.in_height);
    // Halves away from 0. Floats of 53 bits divide whole numbers of 32 exactly enough to be cut.
    const Expr size = abs(places) + cast<uint32_t>(count / 2);
    const Expr quotient = nearest(whole_below(strict_float(cast<double>(size) / cast<double>(count))));
    places = select(places > 0, quotient, -quotient);
  }
  s.output(s.lane, s.x, s.vector) =
      cast<uint8_t>(clamp(places + (shape.is_signed ? signed_offset : 0), limits(1), limits(2)));
  dense_output(s.output, extents_of(channels, w.out_width * w.out_height));
  return s;
}

}  // namespace mobilith
