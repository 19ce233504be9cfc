#include "schedules/frame.h"

#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

bool sums_down(const FrameShape& shape) { return shape.resize == Resize::antialiased; }

// Rows of a frame of RGB at the image's size are those of the image, byte for number.
bool number_by_number(const FrameShape& shape) {
  return shape.resize == Resize::none && shape.format == PixelFormat::rgb8 && shape.stored == 3;
}

// Each weight once: little beside the pixels.
void schedule_axis(FrameAxis& axis) {
  axis.first.compute_root();
  axis.raw.compute_root();
  axis.weights.compute_root();
}

// Vectors no longer than what there is: a longer one would read beyond the frame.
int lanes_within(int lanes, int count) {
  while (lanes > count) lanes /= 2;
  return lanes;
}

// Bytes are collected pixel by pixel, one of a kind after the other; then vectors of pixels are computed.
void schedule_samples(FrameImage& s, const Var& row, int taps_x, int taps_y, int kinds) {
  s.samples.compute_at(s.output, row)
      .reorder_storage(s.x, s.i, s.tap_x, s.tap_y, s.y)
      .bound(s.i, 0, kinds)
      .bound(s.tap_x, 0, taps_x)
      .bound(s.tap_y, 0, taps_y)
      .reorder(s.i, s.tap_x, s.tap_y, s.x)
      .unroll(s.i)
      .unroll(s.tap_x)
      .unroll(s.tap_y);
}

// Rows of sums, whole vectors of what lies side by side in memory.
void schedule_rows(FrameImage& s, const FrameShape& shape, const Var& row, int lanes) {
  Var part("part"), lane("lane");
  const int columns = shape.reach().columns;
  s.rows.compute_at(s.output, row);
  if (shape.samples()) {
    const int kinds = shape.channels;
    s.rows.bound(s.c, 0, kinds).bound(s.x, 0, columns);
    s.rows.split(s.x, part, lane, lanes_within(lanes, columns), TailStrategy::ShiftInwards)
        .reorder(s.c, lane, part, s.y)
        .vectorize(lane)
        .unroll(s.c);
    s.sums.compute_at(s.rows, part)
        .reorder_storage(s.x, s.c, s.y)
        .bound(s.c, 0, kinds)
        .reorder(s.c, s.x, s.y)
        .vectorize(s.x)
        .unroll(s.c);
    s.sums.update().reorder(s.c, s.x, s.k_y).vectorize(s.x).unroll(s.c);
    return;
  }
  const int numbers = columns * shape.pixel_bytes();
  lanes = lanes_within(lanes, numbers);
  const int together = std::min(4, numbers / lanes) * lanes;
  s.rows.bound(s.i, 0, numbers);
  s.rows.split(s.i, part, lane, together, TailStrategy::ShiftInwards).vectorize(lane, lanes).unroll(lane);
  s.sums.compute_at(s.rows, part).vectorize(s.i, lanes).unroll(s.i);
  s.sums.update().reorder(s.i, s.k_y).vectorize(s.i, lanes).unroll(s.i);
}

// Each pair of pixels a vector, and those of a row side by side; a row is then taken apart by whole vectors.
void schedule_pairs(FrameImage& s, const FrameShape& shape, const FrameSchedule& z, const Var& row) {
  Var tile("tile"), in_tile("in_tile");
  const FrameReach reach = shape.reach();
  const int length = reach.columns * shape.pixel_bytes() + 8 - 2 * shape.pixel_bytes();
  s.lines.compute_at(s.output, row)
      .bound(s.i, 0, length)
      .bound(s.tap_y, 0, reach.taps_y)
      .split(s.i, tile, in_tile, lanes_within(64, length), TailStrategy::ShiftInwards)
      .vectorize(in_tile);
  s.wide.compute_root().bound(s.i, 0, 8).vectorize(s.i);
  s.fours.compute_at(s.output, row)
      .bound(s.i, 0, 4)
      .bound(s.x, 0, shape.out_width)
      .split(s.x, tile, in_tile, z.pixels, TailStrategy::ShiftInwards)
      .reorder(s.i, in_tile, tile)
      .vectorize(s.i)
      .unroll(in_tile);
  s.products.compute_at(s.fours, in_tile).bound(s.i, 0, 8).vectorize(s.i);
}

}  // namespace

void check(const FrameSchedule& z, const FrameShape& shape, const Machine&) {
  const auto within = [](int value, int most) { return value >= 1 && value <= most; };
  if (!within(z.strip, shape.out_height) || !within(z.pixels, shape.out_width))
    throw std::invalid_argument("frame schedule does not fit its shape: " + nlohmann::json(z).dump());
}

FrameImage scheduled(const FrameShape& shape, const FrameSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  FrameImage s = frame_image(shape);
  const int lanes = machine.lanes;
  Var strip("strip"), row("row"), tile("tile"), in_tile("in_tile"), run("run"), lane("lane");
  s.output.split(s.y, strip, row, z.strip, TailStrategy::GuardWithIf).parallel(strip);
  if (shape.resize != Resize::none) schedule_axis(s.across), schedule_axis(s.down);
  if (number_by_number(shape)) {
    const int within = lanes_within(lanes, shape.out_width);
    s.output.fuse(s.c, s.x, run)
        .split(run, tile, lane, 3 * within, TailStrategy::ShiftInwards)
        .vectorize(lane, within)
        .unroll(lane);
    return s;
  }
  if (sums_down(shape)) {
    schedule_rows(s, shape, row, lanes);
    s.output.reorder(s.c, s.x, row, strip).vectorize(s.c);
    return s;
  }
  if (shape.reads_pairs()) {
    schedule_pairs(s, shape, z, row);
    s.output.split(s.x, tile, lane, lanes_within(lanes, shape.out_width), TailStrategy::ShiftInwards)
        .reorder(s.c, lane, tile, row, strip)
        .vectorize(lane)
        .unroll(s.c);
    return s;
  }
  if (shape.samples()) {
    const FrameReach reach = shape.reach();
    schedule_samples(s, row, reach.taps_x, reach.taps_y, shape.format == PixelFormat::gray8 ? 1 : 3);
    s.output.split(s.x, tile, lane, lanes_within(lanes, shape.out_width), TailStrategy::ShiftInwards)
        .reorder(s.c, lane, tile, row, strip)
        .vectorize(lane)
        .unroll(s.c);
    return s;
  }
  s.output.split(s.x, tile, in_tile, z.pixels, TailStrategy::ShiftInwards)
      .reorder(s.c, in_tile, tile, row, strip)
      .vectorize(s.c)
      .unroll(in_tile);
  return s;
}

ScheduleSpace space(const FrameShape& shape, const Machine&) {
  std::vector<nlohmann::json> pixels;
  for (const int value : {1, 2, 4, 8})
    if (value <= shape.out_width) pixels.push_back(value);
  std::vector<nlohmann::json> strips = divisors(shape.out_height);
  const nlohmann::json by_default = std::min(8, shape.out_height);
  if (std::find(strips.begin(), strips.end(), by_default) == strips.end())
    strips.insert(std::upper_bound(strips.begin(), strips.end(), by_default), by_default);
  return {{"/strip"_json_pointer, strips}, {"/pixels"_json_pointer, pixels}};
}

// A pixel of the image is some loads and products of each of its taps; sums down are of whole vectors.
double predicted_cycles(const FrameShape& shape, const FrameSchedule& z, const Machine& machine) {
  const FrameReach reach = shape.reach();
  const double pixels = double(shape.out_height) * shape.out_width;
  if (sums_down(shape))
    return pixels * reach.taps_x * (1 + 0.5 / z.pixels) + double(shape.out_height) * reach.taps_y *
                                                              reach.columns * shape.pixel_bytes() /
                                                              machine.lanes * 1.5;
  return pixels * (2.0 * reach.taps_x * reach.taps_y + 2.0 / z.pixels);
}

FrameSchedule default_schedule(const FrameShape& shape, const Machine&) {
  return {std::min(8, shape.out_height), std::min(4, shape.out_width)};
}

}  // namespace mobilith
