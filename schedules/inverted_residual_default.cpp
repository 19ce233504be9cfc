// Inverted residual blocks' default schedules.
#include <algorithm>
#include <optional>

#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/inverted_residual.h"

namespace mobilith {

namespace {

// Strips of as many rows as `room` bytes hold, `row_bytes` each, and as many sections as tasks_wanted(), or
// somewhat more, while few rows are expanded twice.
void choose_strips(InvertedResidualSchedule& z, int height, int64_t row_bytes, int64_t room, int most_strip,
                   const Machine& machine) {
  z.strip = divisor_below(height, static_cast<int>(std::clamp<int64_t>(room / row_bytes, 1, most_strip)));
  z.section = z.strip * task_size(height / z.strip, machine);
}

// The same for machines whose products are so fast that rows expanded twice show: sections are as near to
// that as they can be (all of it where that would be few rows), then strips as large as they can be.
void choose_sections(InvertedResidualSchedule& z, int height, int64_t row_bytes, int64_t room, int most_rows,
                     const Machine& machine) {
  const int most_strip = static_cast<int>(std::clamp<int64_t>(room / row_bytes, 1, most_rows));
  z.section = task_size(height, machine);
  if (z.section < 4) z.section = height;
  z.strip = divisor_below(z.section, most_strip);
}

}  // namespace

// Why these defaults. The expanded image is six times the block's input, so it must never leave the cache
// whole. Chunks read every weight once and expand nothing twice. They are used unless two vectors of channels
// of the whole image exceed half of L2, or no chunk has the tiles that paired products need, or the depthwise
// half's result, which waits whole for the projection, exceeds L2 and one and a half times the weights that
// strips read again and again; then strips slide over the image. On CPUs that pair in wide tiles
// (pair_vectors > 1, znver5) the first limit is a quarter of L2 for a stride of one: measured 1.2 times as
// fast. The last is worth 1.1 to 1.2 on one thread, 1.1 to 1.4 on two (56x56x32 with 192 channels between in
// code for znver3, 48x48x24 with 144 and 56x56x16 with 96 for znver4, on znver4); 14x14x136 with 816 would
// take 1.1 times as long in strips.
//
// Where a strip's rows stay:
//   expansion   pair_vectors <= 1                    pair_vectors > 1
//   with        a quarter of L2, at most four rows   half of L2
//   without     half of L1                           a quarter of L2 if products are paired, else half of L1
// A block without an expansion recomputes nothing, so it always goes in strips.
InvertedResidualSchedule default_schedule(const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const InvertedResidualLayout layout = layout_of(shape, machine);
  const int out = layout.out.vectors;
  const int64_t vector_bytes = bytes_of(layout.middle.type) * layout.middle.width;
  const bool dots = of_dots(machine);
  const int64_t weight_bytes =
      bytes_of(layout.project.weights) * layout.middle.stored() * (shape.in_channels + layout.out.stored());
  const int64_t room =
      dots || (pairs_in_wide_tiles(machine) && w.stride == 1) ? machine.l2 / 4 : machine.l2 / 2;
  InvertedResidualSchedule z;
  z.strip = z.section = w.out_height;
  const int pixels = w.in_width * w.in_height;
  const double equal = dots ? 1.001 : 1;  // but for rounding
  std::optional<Chunks> chunks;
  if (shape.expand && 2 * vector_bytes * pixels <= room)
    chunks = choose_chunks(layout.expand, layout.middle.vectors, bytes_of(layout.middle.type) * machine.lanes,
                           pixels, machine, equal);
  if (!shape.expand && scheme_of(layout.project).fewest_vectors(machine) > 1) {
    choose_sections(z, w.out_height, layout.middle.bytes() * w.out_width, machine.l2 / 4, w.out_height,
                    machine);
  } else if (!shape.expand) {
    choose_strips(z, w.out_height, layout.middle.bytes() * w.out_width, machine.l1 / 2, w.out_height,
                  machine);
  } else {
    const int64_t row_bytes = layout.middle.bytes() * w.in_width * w.stride;
    if (dots || pairs_in_wide_tiles(machine))
      choose_sections(z, w.out_height, row_bytes, machine.l2 / 2, dots ? 7 : w.out_height, machine);
    else
      choose_strips(z, w.out_height, row_bytes, machine.l2 / 4, 4, machine);
    z.expand = choose_tile(machine, layout.expand, w.in_width, layout.middle.vectors);
    const int64_t waiting = layout.middle.bytes() * w.out_width * w.out_height;
    if (waiting > machine.l2 && 3 * weight_bytes * (w.out_height / z.strip) <= 2 * waiting) chunks.reset();
    if (chunks) {
      z.strip = z.section = w.out_height;
      z.chunks = true, z.chunk_vectors = chunks->vectors, z.expand = chunks->expand;
    }
  }
  // Weights that stay in L1 need no asking for.
  z.prefetch = weight_bytes > machine.l1;
  const int strip_pixels = z.strip * w.out_width;
  const Matrix& products = layout.project;
  const Tile rows = choose_tile(machine, products, w.out_width, out),
             flat = choose_tile(machine, products, strip_pixels, out);
  // Flat order copies the depthwise result: about four cycles a vector, from and to L2; cycles here are per
  // k.
  const double copy_cycles = 4.0 * strip_pixels / machine.lanes;
  const double rows_cycles = z.strip * tile_cycles(rows, machine, products, w.out_width, out);
  z.flat = tile_cycles(flat, machine, products, strip_pixels, out) + copy_cycles < rows_cycles;
  z.project = z.flat ? flat : rows;
  // Small weights stay in L1, so the order does not matter for them. Larger ones are swept with channels
  // outermost, so that each tile of weights is read once, unless chunks leave fewer tiles than
  // tasks_wanted().
  z.channels_outer =
      z.prefetch && (!z.chunks || (out + z.project.vectors - 1) / z.project.vectors >= tasks_wanted(machine));
  const int swept = z.chunks ? z.chunk_vectors : layout.middle.vectors;
  const Tile depthwise = depthwise_tile(w, machine, swept, 7);
  z.depthwise_vectors = depthwise.vectors, z.depthwise_pixels = depthwise.pixels;
  return z;
}

}  // namespace mobilith
