#include <algorithm>
#include <stdexcept>

#include "schedules/axes.h"
#include "schedules/quantised_parts.h"
#include "schedules/quantised_products.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;
using namespace quantised_parts;

namespace {

// Of a tile: a shuffle for each group of an input row's pixels, a product for each output's, and what makes
// bytes of sums.
double tile_instructions(const QuantisedProductsLayout& layout, const Window& w,
                         const QuantisedDepthwiseSchedule& z) {
  const double shuffles = double(w.rows_read(z.rows)) * layout.run_groups * z.pixels;
  const double products = double(layout.run_groups) * layout.rows * z.pixels * z.rows;
  return shuffles + products + z.rows * packing(z.pixels);
}

}  // namespace

void check(const QuantisedDepthwiseSchedule& z, const QuantisedDepthwiseShape& shape, const Machine&) {
  const Window& w = shape.window;
  if (!within(z.pixels, w.out_width) || !divides(z.strip, w.out_height) || !divides(z.rows, z.strip))
    throw std::invalid_argument("quantised depthwise schedule does not fit its shape: " +
                                nlohmann::json(z).dump());
}

QuantisedProducts scheduled(const QuantisedDepthwiseShape& shape, const QuantisedDepthwiseSchedule& z,
                            const Machine& machine) {
  check(z, shape, machine);
  const Window& w = shape.window;
  const QuantisedProductsLayout layout = depthwise_layout(shape, machine);
  const int lanes = layout.out.width;
  QuantisedProducts s = quantised_depthwise(shape, layout);
  Var strip("strip"), row("row"), xo("xo"), xi("xi"), yi("yi");
  s.output.split(s.x, xo, xi, z.pixels, TailStrategy::ShiftInwards)
      .split(s.y, strip, row, z.strip)
      .split(row, row, yi, z.rows)
      .reorder(s.lane, xi, yi, xo, row, strip, s.vector)
      .unroll(yi)
      .parallel(layout.out.vectors >= 4 || z.strip == w.out_height ? s.vector : strip);
  sums_to_bytes(s, xi, lanes, shape, machine);
  hold(s, s.sum, layout, {s.k.y, s.k.z}, xo);
  s.sum.update().unroll(s.k.y);
  if (w.taps() <= 9) s.sum.update().unroll(s.k.z);
  if (shape.zero_sums) {
    // Unrolled as the sums, so that both take the same shuffled bytes.
    hold(s, s.zeros, layout, {s.k.y, s.k.z}, xo);
    s.zeros.update().unroll(s.k.y);
    if (w.taps() <= 9) s.zeros.update().unroll(s.k.z);
  }
  schedule_rows(s, shape, layout, strip, /*first=*/false, /*depthwise=*/true);
  return s;
}

ScheduleSpace space(const QuantisedDepthwiseShape& shape, const Machine&) {
  return {{"/pixels"_json_pointer, up_to(std::min(shape.window.out_width, 8))},
          {"/strip"_json_pointer, divisors(shape.window.out_height)},
          {"/rows"_json_pointer, {1, 2, 3, 4}}};
}

double predicted_cycles(const QuantisedDepthwiseShape& shape, const QuantisedDepthwiseSchedule& z,
                        const Machine& machine) {
  const Window& w = shape.window;
  const QuantisedProductsLayout layout = depthwise_layout(shape, machine);
  const double tiles = double(parts(w.out_width, z.pixels)) * w.out_height / z.rows * layout.out.vectors;
  const double copied =
      double(w.rows_read(z.strip)) * w.out_height / z.strip * w.in_width * layout.in.vectors;
  return tiles * tile_instructions(layout, w, z) / 2 + copied;
}

// Why these defaults: the fewest instructions of those tiles that registers hold, and rows with their border
// stay in L1. With 16 registers, without a shuffle of bytes (groups of four), rows share nothing.
QuantisedDepthwiseSchedule default_schedule(const QuantisedDepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const QuantisedProductsLayout layout = depthwise_layout(shape, machine);
  int64_t row = int64_t{layout.in.width} * (w.in_width + w.kernel_width), kept = machine.l1 / 3;
  if (layout.pair_columns > 0)
    row += 4 * row / layout.pair_columns, kept *= 2;  // two bytes for each of a group
  const int64_t rows = std::clamp<int64_t>(kept / (row * w.stride), 1, w.out_height);
  QuantisedDepthwiseSchedule z{1, divisor_below(w.out_height, static_cast<int>(rows)), 1};
  const bool wide = machine.registers >= 32 && layout.group == 4;
  if (!wide) {
    const int most = machine.registers >= 32 ? 7 : 4;
    z.pixels = parts(w.out_width, parts(w.out_width, most));
    return z;
  }
  double least = predicted_cycles(shape, z, machine);
  for (int strip = 1; strip <= rows; strip++)
    for (int pixels = 1; pixels <= std::min(w.out_width, 8); pixels++)
      for (int together = 1; together <= 4 && pixels * together <= 16; together++) {
        const QuantisedDepthwiseSchedule tile{pixels, strip, together};
        if (w.out_height % strip != 0 || strip % together != 0) continue;
        if (const double cycles = predicted_cycles(shape, tile, machine); cycles < least)
          z = tile, least = cycles;
      }
  return z;
}

}  // namespace mobilith
