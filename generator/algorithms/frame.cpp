#include "algorithms/frame.h"

namespace mobilith {
using namespace Halide;

namespace {

// Of one axis, all in pixels: `length` pixels of the frame from `from` on become `count` of the image, from
// `to` on.
struct FrameSpan {
  Expr from, length, to, count;
};

// The image's side being constant, most divisions are by constants.
FrameSpan span(Fit fit, const Expr& from, const Expr& side, const Expr& other, int count, int other_count) {
  if (fit == Fit::crop) {
    const Expr length = max(1, min(side, other * count / other_count));
    return {from + (side - length) / 2, length, 0, count};
  }
  if (fit == Fit::letterbox) {
    const Expr made = clamp((side * other_count + other - 1) / max(other, 1), 1, count);
    return {from, side, (count - made) / 2, made};
  }
  return {from, side, 0, count};
}

// Whole numbers as long as possible, so that floats round nothing but the last division. With `length` frame
// pixels for `count` image pixels and a triangle whose half is `half` / (2 count) frame pixels wide, the
// weight of frame pixel k for image pixel i is half - |(2k + 1) count - (2i + 1) length|.
// side: as many pixels, from `base` on, may be read.
void define_axis(FrameAxis& axis, const FrameSpan& s, int taps, const Expr& base, int side, bool antialiased,
                 const std::string& name) {
  axis.first = Func(name + "_first"), axis.raw = Func(name + "_raw"), axis.weights = Func(name + "_weights");
  const Expr i = axis.at - s.to, centre = (2 * i + 1) * s.length;
  const Expr half = 2 * (antialiased ? max(s.length, s.count) : s.count);
  const Expr lowest = (centre - half - s.count) / (2 * s.count) + 1;
  axis.first(axis.at) = clamp(s.from + lowest, base, base + (side - taps));
  const Expr k = axis.first(axis.at) + axis.tap - s.from;
  const Expr weight = max(0, half - cast<int>(abs((2 * k + 1) * s.count - centre)));
  const Expr inside = k >= 0 && k < s.length && i >= 0 && i < s.count;
  axis.raw(axis.tap, axis.at) = select(inside, weight, 0);
  Expr sum = axis.raw(0, axis.at);
  for (int tap = 1; tap < taps; tap++) sum += axis.raw(tap, axis.at);
  axis.weights(axis.tap, axis.at) = cast<float>(axis.raw(axis.tap, axis.at)) / cast<float>(max(sum, 1));
}

Expr within(const Expr& value, int below) { return unsafe_promise_clamped(value, 0, below - 1); }

// As OpenCV computes BT.601 of limited range, in whole numbers (2^20 is 1): modules/imgproc,
// color_yuv.simd.hpp.
Expr rgb(const Expr& c, const Expr& luma, const Expr& u_byte, const Expr& v_byte) {
  const Expr y = max(cast<int>(luma) - 16, 0) * 1220542 + (1 << 19);
  const Expr u = cast<int>(u_byte) - 128, v = cast<int>(v_byte) - 128;
  const Expr sum = mux(c, {y + 1673527 * v, y - 852492 * v - 409993 * u, y + 2116026 * u});
  return clamp(sum >> 20, 0, 255);  // no byte: where x86 has an instruction for it, RISC-V gets none
}

// Byte `of` of a frame's pixel as it lies there, or what stands for it.
Expr byte_at(const FrameImage& s, const FrameShape& shape, const Expr& of, const Expr& x, const Expr& y) {
  const Expr row = y * s.values(frame_row);
  if (shape.format == PixelFormat::yuyv) return s.input(row + mux(of, {2 * x, x / 2 * 4 + 1, x / 2 * 4 + 3}));
  if (shape.format == PixelFormat::nv12) {
    const Expr pair = s.values(frame_chroma) + y / 2 * s.values(frame_chroma_row) + x / 2 * 2;
    return s.input(mux(of, {row + x, pair, pair + 1}));
  }
  return s.input(row + shape.pixel_bytes() * x + of);
}

// Of the image's channel, its byte in the frame's pixel. Channels that are padding have any; their scale is
// zero.
Expr byte_of(const FrameShape& shape, const Var& c) {
  const Expr channel = shape.stored > shape.channels ? min(c, shape.channels - 1) : Expr(c);
  return shape.format == PixelFormat::bgr8 ? shape.channels - 1 - channel : channel;
}

// sample: of (i).
Expr colour(const FrameShape& shape, const Var& c, const std::function<Expr(int)>& sample) {
  if (shape.format == PixelFormat::gray8) return sample(0);
  return rgb(byte_of(shape, c), sample(0), sample(1), sample(2));
}

Expr stored_number(const FrameShape& shape, const Expr& normalised) {
  if (shape.out == ElementType::f32) return normalised;
  const int least = shape.out == ElementType::i8 ? -128 : 0;
  const Expr whole = clamp(round(normalised), least, least + 255);
  return cast<uint8_t>(cast<int>(whole) & 255);
}

// Where in a row of the frame the pixel's bytes begin that number `of` of a row of the image is made of.
Expr byte_of_number(const FrameImage& s, const FrameShape& shape, const Expr& of) {
  const Expr x = min(of / shape.stored, shape.out_width - 1);
  return within(s.across.first(x), shape.in_width) * shape.pixel_bytes();
}

// A chunk at a row's end begins earlier, so that it ends there. Starts are without a sign: Halide would clamp
// them at each use if it knew their range.
void define_shuffles(FrameImage& s, const FrameShape& shape, FrameReach reach) {
  FrameShuffles& f = s.shuffles;
  const int bytes = shape.pixel_bytes(), count = FrameShuffles::group, chunk = FrameShuffles::chunk;
  f.starts = Func("starts"), f.places = Func("places"), f.weights = Func("weights");
  f.scale = Func("number_scale"), f.shift = Func("number_shift"), f.chunks = Func("chunks");
  f.sums = Func("sums"), f.k = RDom(0, 2, "k");
  const Expr of = f.of_group * count + f.number, x = of / shape.stored;
  const Expr c = min(of % shape.stored, shape.channels - 1);
  const Expr first_x = f.of_group * count / shape.stored;
  f.starts(f.j, f.of_group) = reinterpret<uint32_t>(
      min(byte_of_number(s, shape, (first_x + f.j) * shape.stored), shape.in_width * bytes - chunk));
  const Expr which = within(x - first_x, 2);
  f.places(f.tap, f.number, f.of_group) =
      cast<uint8_t>(which * chunk + byte_of_number(s, shape, of) - cast<int>(f.starts(which, f.of_group)) +
                    f.tap * bytes + (shape.format == PixelFormat::bgr8 ? shape.channels - 1 - c : c));
  f.weights(f.tap, f.number, f.of_group) = cast<int16_t>(s.across.raw(f.tap, x));
  const Expr sum = s.across.raw(0, x) + s.across.raw(1, x);
  f.scale(f.number, f.of_group) = s.scale(of % shape.stored) / cast<float>(max(sum, 1));
  f.shift(f.number, f.of_group) = s.shift(of % shape.stored);
  const Expr start = within(cast<int>(f.starts(f.j / chunk, f.of_group)), shape.in_width * bytes - chunk + 1);
  f.chunks(f.j, f.of_group, f.tap_y, f.y) =
      s.input((s.down.first(f.y) + f.tap_y) * s.values(frame_row) + start + f.j % chunk);
  // A place below 16: a shuffle within 16 bytes (codegen/shuffle_bytes.h).
  const Expr place = cast<int>(f.places(f.k, f.number, f.of_group) & 15);
  f.sums(f.number, f.of_group, f.tap_y, f.y) = 0;
  f.sums(f.number, f.of_group, f.tap_y, f.y) +=
      cast<int>(cast<int16_t>(f.chunks(place, f.of_group, f.tap_y, f.y))) *
      cast<int>(f.weights(f.k, f.number, f.of_group));
  Expr down;
  for (int j = 0; j < reach.taps_y; j++) {
    const Expr product = s.down.weights(j, f.y) * cast<float>(f.sums(f.number, f.of_group, j, f.y));
    down = down.defined() ? down + product : product;
  }
  const Expr normalised = down * f.scale(f.number, f.of_group) + f.shift(f.number, f.of_group);
  s.output(f.number, f.of_group, f.y) = stored_number(shape, normalised);
  dense_output(s.output, {count, shape.row_groups(), shape.out_height});
}

// At most two taps along each axis: nothing is computed that is not read.
void define_few_taps(FrameImage& s, const FrameShape& shape, FrameReach reach) {
  Expr x = s.x, y = s.y;
  const bool resizes = shape.resize != Resize::none;
  if (resizes) x = s.across.first(s.x) + s.tap_x, y = s.down.first(s.y) + s.tap_y;
  if (shape.samples()) {
    s.samples(s.i, s.tap_x, s.tap_y, s.x, s.y) = byte_at(s, shape, s.i, x, y);
    s.pixel(s.c, s.tap_x, s.tap_y, s.x, s.y) =
        colour(shape, s.c, [&](int i) { return s.samples(i, s.tap_x, s.tap_y, s.x, s.y); });
  } else {
    s.pixel(s.c, s.tap_x, s.tap_y, s.x, s.y) = byte_at(s, shape, byte_of(shape, s.c), x, y);
  }
  if (!resizes) {
    s.resized(s.c, s.x, s.y) = cast<float>(s.pixel(s.c, 0, 0, s.x, s.y));
    return;
  }
  Expr sum;
  for (int j = 0; j < reach.taps_y; j++) {
    Expr row;
    for (int i = 0; i < reach.taps_x; i++) {
      const Expr product = s.across.weights(i, s.x) * cast<float>(s.pixel(s.c, i, j, s.x, s.y));
      row = row.defined() ? row + product : product;
    }
    row *= s.down.weights(j, s.y);
    sum = sum.defined() ? sum + row : row;
  }
  s.resized(s.c, s.x, s.y) = sum;
}

// First down, so that whole rows are summed: neighbouring bytes, whatever they are.
void define_many_taps(FrameImage& s, const FrameShape& shape, FrameReach reach, const Expr& base) {
  s.k_y = RDom(0, reach.taps_y, "k_y");
  s.sums = Func("sums"), s.rows = Func("rows");
  const Expr from_y = s.down.first(s.y) + s.k_y, weight = s.down.weights(s.k_y, s.y);
  // Columns count from the first that the region may need.
  const Expr first = within(s.across.first(s.x) - base, reach.columns - reach.taps_x + 1);
  std::function<Expr(int)> tap;
  if (shape.samples()) {
    s.samples(s.i, s.x, s.y) = byte_at(s, shape, s.i, base + s.x, s.y);
    s.pixel(s.c, s.x, s.y) = colour(shape, s.c, [&](int i) { return s.samples(i, s.x, s.y); });
    s.sums(s.c, s.x, s.y) = 0.0f;
    s.sums(s.c, s.x, s.y) += weight * cast<float>(s.pixel(s.c, s.x, from_y));
    s.rows(s.c, s.x, s.y) = s.sums(s.c, s.x, s.y);
    tap = [&](int k) { return s.rows(s.c, first + k, s.y); };
  } else {
    s.pixel(s.i, s.y) = byte_at(s, shape, s.i, base, s.y);
    s.sums(s.i, s.y) = 0.0f;
    s.sums(s.i, s.y) += weight * cast<float>(s.pixel(s.i, from_y));
    s.rows(s.i, s.y) = s.sums(s.i, s.y);
    tap = [&](int k) { return s.rows((first + k) * shape.pixel_bytes() + byte_of(shape, s.c), s.y); };
  }
  Expr sum = s.across.weights(0, s.x) * tap(0);
  for (int k = 1; k < reach.taps_x; k++) sum += s.across.weights(k, s.x) * tap(k);
  s.resized(s.c, s.x, s.y) = sum;
}

}  // namespace

FrameImage frame_image(const FrameShape& shape, bool shuffled) {
  FrameImage s;
  // Rows lie as far apart as a run says: how long the buffer is, no kernel knows.
  s.input = dense("input", {0x7fffffff}, false, ElementType::u8);
  s.values = typed("values", Int(32), {frame_values}, false);
  s.scale = dense("scale", {shape.stored}), s.shift = dense("shift", {shape.stored});
  s.samples = Func("samples"), s.pixel = Func("pixel");
  s.resized = Func("resized"), s.output = Func("output");
  const FrameReach reach = shape.reach();
  const Expr width = s.values(frame_width), height = s.values(frame_height);
  const FrameSpan x = span(shape.fit, s.values(frame_x), width, height, shape.out_width, shape.out_height);
  const FrameSpan y = span(shape.fit, s.values(frame_y), height, width, shape.out_height, shape.out_width);
  const bool wide = shape.resize == Resize::antialiased;
  const Expr base = clamp(x.from, 0, shape.in_width - reach.columns);
  if (shape.resize != Resize::none) {
    define_axis(s.across, x, reach.taps_x, base, reach.columns, wide, "across");
    define_axis(s.down, y, reach.taps_y, 0, shape.in_height, wide, "down");
  }
  if (shuffled) {
    define_shuffles(s, shape, reach);
    return s;
  }
  if (wide)
    define_many_taps(s, shape, reach, base);
  else
    define_few_taps(s, shape, reach);
  s.output(s.c, s.x, s.y) = stored_number(shape, s.resized(s.c, s.x, s.y) * s.scale(s.c) + s.shift(s.c));
  dense_output(s.output, {shape.stored, shape.out_width, shape.out_height});
  return s;
}

}  // namespace mobilith
