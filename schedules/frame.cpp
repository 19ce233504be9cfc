#include "schedules/frame.h"

#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

bool sums_down(const FrameShape& shape) { return shape.resize == Resize::antialiased; }

bool can_shuffle(const FrameShape& shape, const Machine& machine) {
  return shape.shuffles() && machine.byte_shuffles;
}

// Rows of a frame of RGB at the image's size are those of the image, byte for number.
bool number_by_number(const FrameShape& shape) {
  return shape.resize == Resize::none && shape.format == PixelFormat::rgb8 && shape.stored == 3;
}

// Pixels one by one, each a vector of its channels: bytes are read as they lie there.
bool pixel_by_pixel(const FrameShape& shape, bool shuffled) {
  return !shuffled && !sums_down(shape) && !shape.samples() && !number_by_number(shape);
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

// Whole vectors of groups, with their bytes beside the loop over them.
void schedule_shuffles(FrameImage& s, const FrameShape& shape, int lanes, const Var& row, const Var& strip) {
  FrameShuffles& f = s.shuffles;
  Var tile("tile"), in_tile("in_tile"), byte("byte"), which("which");
  const int groups = lanes_within(lanes / FrameShuffles::group, shape.row_groups());
  const int taps_y = shape.reach().taps_y;
  f.starts.compute_root().bound(f.j, 0, 2).unroll(f.j);
  for (Func* table : {&f.places, &f.weights}) table->compute_root().bound(f.tap, 0, 2).unroll(f.tap);
  f.scale.compute_root(), f.shift.compute_root();
  s.output.split(f.of_group, tile, in_tile, groups, TailStrategy::ShiftInwards)
      .reorder(f.number, in_tile, tile, row, strip)
      .vectorize(f.number)
      .vectorize(in_tile);
  f.sums.compute_at(s.output, tile)
      .bound(f.number, 0, FrameShuffles::group)
      .bound(f.tap_y, 0, taps_y)
      .reorder(f.number, f.of_group, f.tap_y)
      .vectorize(f.number)
      .vectorize(f.of_group)
      .unroll(f.tap_y);
  f.sums.update()
      .reorder(f.k, f.number, f.of_group, f.tap_y)
      .atomic()
      .vectorize(f.k)
      .vectorize(f.number)
      .vectorize(f.of_group)
      .unroll(f.tap_y);
  f.chunks.compute_at(s.output, tile)
      .bound(f.j, 0, 2 * FrameShuffles::chunk)
      .bound(f.tap_y, 0, taps_y)
      .split(f.j, which, byte, FrameShuffles::chunk)
      .vectorize(byte)
      .unroll(which)
      .unroll(f.of_group)
      .unroll(f.tap_y);
}

}  // namespace

void check(const FrameSchedule& z, const FrameShape& shape, const Machine& machine) {
  const auto within = [](int value, int most) { return value >= 1 && value <= most; };
  if (!within(z.strip, shape.out_height) || (z.shuffled && !can_shuffle(shape, machine)) ||
      !within(z.pixels, pixel_by_pixel(shape, z.shuffled) ? shape.out_width : 1))
    throw std::invalid_argument("frame schedule does not fit its shape: " + nlohmann::json(z).dump());
}

FrameImage scheduled(const FrameShape& shape, const FrameSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  FrameImage s = frame_image(shape, z.shuffled);
  const int lanes = machine.lanes;
  Var strip("strip"), row("row"), tile("tile"), in_tile("in_tile"), run("run"), lane("lane");
  s.output.split(z.shuffled ? s.shuffles.y : s.y, strip, row, z.strip, TailStrategy::GuardWithIf)
      .parallel(strip);
  if (shape.resize != Resize::none) schedule_axis(s.across), schedule_axis(s.down);
  if (z.shuffled) {
    schedule_shuffles(s, shape, lanes, row, strip);
    return s;
  }
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

ScheduleSpace space(const FrameShape& shape, const Machine& machine) {
  std::vector<nlohmann::json> strips = divisors(shape.out_height);
  const nlohmann::json by_default = std::min(8, shape.out_height);
  if (std::find(strips.begin(), strips.end(), by_default) == strips.end())
    strips.insert(std::upper_bound(strips.begin(), strips.end(), by_default), by_default);
  ScheduleSpace all{{"/strip"_json_pointer, strips}};
  if (pixel_by_pixel(shape, false)) {
    std::vector<nlohmann::json> pixels;
    for (const int value : {1, 2, 4, 8})
      if (value <= shape.out_width) pixels.push_back(value);
    all.push_back({"/pixels"_json_pointer, pixels});
  }
  if (can_shuffle(shape, machine)) all.push_back({"/shuffled"_json_pointer, {false, true}});
  return all;
}

// A pixel of the image is some loads and products of each of its taps; sums down are of whole vectors.
double predicted_cycles(const FrameShape& shape, const FrameSchedule& z, const Machine& machine) {
  const FrameReach reach = shape.reach();
  const double pixels = double(shape.out_height) * shape.out_width;
  if (sums_down(shape))
    return pixels * reach.taps_x +
           1.5 * shape.out_height * reach.taps_y * reach.columns * shape.pixel_bytes() / machine.lanes;
  // Of each group two loads a row; the rest is done for a whole vector.
  if (z.shuffled) return double(shape.out_height) * shape.row_groups() * (4 + 24.0 / machine.lanes);
  return pixels * (2.0 * reach.taps_x * reach.taps_y + 2.0 / z.pixels);
}

FrameSchedule default_schedule(const FrameShape& shape, const Machine& machine) {
  FrameSchedule z{.strip = std::min(8, shape.out_height), .shuffled = can_shuffle(shape, machine)};
  if (pixel_by_pixel(shape, z.shuffled)) z.pixels = std::min(4, shape.out_width);
  return z;
}

}  // namespace mobilith
