#include "schedules/depthwise.h"

#include <limits>
#include <stdexcept>

#include "products/registers.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

using Schedule = DepthwiseSchedule;
using Layout = DepthwiseLayout;

void schedule_expanded(Depthwise& s, const DepthwiseShape& shape, const Schedule& z, const Layout& layout,
                       const Var& strip, const Var& chunk, const Machine& machine) {
  const Window& w = shape.window;
  const int lanes = layout.middle.width;
  const bool flat = z.strip == w.out_height;
  const int needed = w.rows_read(z.strip);  // rows
  if (flat) {
    s.expanded.compute_at(s.output, chunk).bound(s.p, 0, w.in_width * w.in_height);
  } else {
    s.expanded.store_at(s.output, chunk).compute_at(s.output, strip).bound(s.x, 0, w.in_width);
    if (z.strip < z.section)
      s.expanded.fold_storage(s.y, needed);
    else
      s.expanded.bound_storage(s.y, needed);
  }
  if (!shape.expand) {
    s.expanded.vectorize(s.c, lanes, TailStrategy::RoundUp);
    return;
  }
  Var po("epo"), pi("epi"), tile("etile"), lane("elane");
  s.expanded.split(flat ? s.p : s.x, po, pi, z.expand.pixels, TailStrategy::ShiftInwards)
      .split(s.c, tile, lane, z.expand.vectors * lanes, TailStrategy::ShiftInwards);
  if (flat)
    s.expanded.reorder(lane, pi, po, tile);
  else
    s.expanded.reorder(lane, pi, po, s.y, tile);
  s.expanded.vectorize(lane, lanes).unroll(lane).unroll(pi);
  std::vector<Var> pixels{s.x, s.y};
  if (flat) pixels = {s.p};
  hold_in_registers(s.expand, layout.expand, s.expanded, po, s.c, pixels, z.expand.vectors);
  for (Func& func : s.expand.of_pixel) {
    if (flat)
      func.compute_root();
    else
      func.compute_at(s.output, strip).bound_storage(s.y, needed);
  }
  // Strips use all weights of a chunk again and again: where there is one, nothing else is to come.
  if (z.prefetch && (flat || z.chunk_vectors < layout.middle.vectors))
    prefetch_next_chunk(s.output, s.output, s.expand, s.expanded, layout.expand, z.chunk_vectors,
                        z.expand.vectors, machine);
}

}  // namespace

void check(const Schedule& z, const DepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const int middle = layout.middle.vectors;
  bool good = within(z.chunk_vectors, middle) && middle % z.chunk_vectors == 0 &&
              within(z.section, w.out_height) && w.out_height % z.section == 0 &&
              within(z.strip, z.section) && z.section % z.strip == 0 &&
              within(z.depthwise_vectors, z.chunk_vectors) && z.chunk_vectors % z.depthwise_vectors == 0 &&
              within(z.depthwise_pixels, w.out_width);
  const int pixels = z.strip == w.out_height ? w.in_height * w.in_width : w.in_width;
  if (shape.expand)
    good = good && within(z.expand.pixels, pixels) && within(z.expand.vectors, z.chunk_vectors);
  if (!good)
    throw std::invalid_argument("depthwise schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Depthwise scheduled(const DepthwiseShape& shape, const Schedule& z, const Machine& machine) {
  check(z, shape, machine);
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int lanes = layout.middle.width;
  Depthwise s = depthwise(shape, layout, z.strip == w.out_height ? PixelOrder::flat : PixelOrder::rows);
  Var chunk("chunk"), in_chunk("in_chunk"), co("co"), ci("ci"), xo("xo"), xi("xi"), section("section"),
      rows("rows"), strip("strip"), row("row");
  s.output.split(s.c, chunk, in_chunk, z.chunk_vectors * lanes)
      .split(in_chunk, co, ci, z.depthwise_vectors * lanes)
      .split(s.x, xo, xi, z.depthwise_pixels, TailStrategy::ShiftInwards)
      .split(s.y, section, rows, z.section)
      .split(rows, strip, row, z.strip);
  const bool sections = z.section < w.out_height;
  if (sections)
    s.output.reorder(ci, xi, xo, row, co, strip, chunk, section).parallel(section);
  else
    s.output.reorder(ci, xi, xo, row, co, strip, section, chunk).parallel(chunk);
  s.output.vectorize(ci, lanes).unroll(ci).unroll(xi);
  // The row's taps are unrolled, rows are a loop: weights and inputs of one row fit the registers.
  hold_in_registers(s.sum, s.output, xo, s.c, {s.x, s.y}, {s.k.x, s.k.y}, lanes, z.depthwise_vectors);
  s.sum.update().unroll(s.k.x);

  if (s.expanded.defined())
    schedule_expanded(s, shape, z, layout, strip, sections ? chunk : section, machine);
  return s;
}

ScheduleSpace space(const DepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int middle = layout.middle.vectors;
  ScheduleSpace space{{"/chunk_vectors"_json_pointer, divisors(middle)},
                      {"/section"_json_pointer, divisors(w.out_height)},
                      {"/strip"_json_pointer, divisors(w.out_height)},
                      {"/depthwise_vectors"_json_pointer, divisors(middle, 4)},
                      {"/depthwise_pixels"_json_pointer, up_to(std::min(w.out_width, 8))}};
  if (shape.expand) {
    space.push_back(
        {"/expand"_json_pointer, tiles(machine, layout.expand, w.in_width * w.in_height, middle)});
    space.push_back({"/prefetch"_json_pointer, prefetching(default_schedule(shape, machine).prefetch)});
  }
  return space;
}

double predicted_cycles(const DepthwiseShape& shape, const Schedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int middle = layout.middle.vectors, chunks = middle / z.chunk_vectors;
  const int in_pixels = w.in_width * w.in_height, pixels = w.out_width * w.out_height;
  const bool flat = z.strip == w.out_height;
  double cycles = w.taps() / 1.5 * pixels * middle;
  // Rows at a section's start are expanded twice.
  const double again = 1.0 + (w.rows_read(1) - 1.0) / (w.stride * z.section);
  if (shape.expand && flat)
    cycles += double(chunks) * shape.in_channels *
              tile_cycles(z.expand, machine, layout.expand, in_pixels, z.chunk_vectors);
  else if (shape.expand)
    cycles += chunks * w.in_height * again * shape.in_channels *
              tile_cycles(z.expand, machine, layout.expand, w.in_width, z.chunk_vectors);
  const double rows = flat ? w.in_height : w.rows_read(z.strip);
  const double held = double(layout.middle.bytes()) / chunks * rows * w.in_width;
  if (held > machine.l2 / 2) cycles += 9.0 * pixels * middle;
  return cycles;
}

namespace {

// Accumulators take up to half of the registers, the row's inputs and weights the rest: 7 x 2 of 32. More
// than seven pixels of one vector were slower (znver4). Tiles of pixels are as even as they can be.
// Where vectors are no operands in memory, inputs that several taps read wait in registers. RISC-V loads them
// one by one: one vector at once. NEON loads neighbouring vectors in pairs: two. With a stride of two the
// inputs of two taps wait, and 7 x 2 spills: 5 x 2 does not, but of a row of seven it would do ten.
Tile taps_tile(const Window& w, const Machine& machine, int chunk_vectors) {
  const bool loads_pairs = machine.vector_operand || machine.element_operand,
             waiting = !machine.vector_operand && w.stride_x() > 1 && w.kernel_width > 3;
  const bool two =
      machine.registers >= 32 && chunk_vectors % 2 == 0 && loads_pairs && !(waiting && w.out_width <= 7);
  const int accumulators = std::max(1, machine.registers / 2 - 1), vectors = two ? 2 : 1;
  const int most = std::clamp(accumulators / vectors, 1, waiting && two ? 5 : 7),
            parts = (w.out_width + most - 1) / most;
  return {(w.out_width + parts - 1) / parts, vectors};
}

}  // namespace

// Why these defaults: the expanded image must not leave the cache whole. Chunks of channels read every weight
// once and expand nothing twice; they are used unless two vectors of channels of the whole image exceed half
// of L2, or no chunk has the tiles that paired products need. Then strips slide along sections, as
// many as tasks_wanted(). Without an expansion chunks are work for threads, or rows where there are few
// channels.
Schedule default_schedule(const DepthwiseShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int middle = layout.middle.vectors;
  const int64_t vector_bytes = bytes_of(layout.middle.type) * layout.middle.width;
  Schedule z;
  z.strip = z.section = w.out_height;
  const int in_pixels = w.in_width * w.in_height;
  const bool near = 2 * vector_bytes * in_pixels <= machine.l2 / 2;
  std::optional<Chunks> chunks;
  if (shape.expand && near) chunks = choose_chunks(layout.expand, middle, vector_bytes, in_pixels, machine);
  if (!shape.expand) {
    if (middle >= 4 && near) {
      z.chunk_vectors = task_size(middle, machine);
    } else {
      z.chunk_vectors = middle;
      z.section = task_size(w.out_height, machine);
      const int64_t row_bytes = layout.middle.bytes() * w.in_width * w.stride;
      z.strip = divisor_below(
          z.section, static_cast<int>(std::clamp<int64_t>(machine.l2 / 4 / row_bytes, 1, z.section)));
    }
  } else if (chunks) {
    z.chunk_vectors = chunks->vectors, z.expand = chunks->expand;
  } else {
    z.chunk_vectors = middle;
    z.section = task_size(w.out_height, machine);
    const int64_t row_bytes = layout.middle.bytes() * w.in_width * w.stride;
    z.strip =
        divisor_below(z.section, static_cast<int>(std::clamp<int64_t>(machine.l2 / 4 / row_bytes, 1, 4)));
    const int pixels = z.strip == w.out_height ? in_pixels : w.in_width;
    z.expand = choose_tile(machine, layout.expand, pixels, middle);
  }
  z.prefetch = shape.expand && layout.middle.bytes() * shape.in_channels > machine.l1;
  const Tile taps = taps_tile(w, machine, z.chunk_vectors);
  z.depthwise_vectors = taps.vectors, z.depthwise_pixels = taps.pixels;
  return z;
}

}  // namespace mobilith
