#include "schedules/inverted_residual.h"

#include <stdexcept>

#include "products/registers.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

using Schedule = InvertedResidualSchedule;

using Layout = InvertedResidualLayout;

// Projection: register tiles over the output. Where the depthwise half is computed: at `strip` or at root.
void schedule_output(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z,
                     const Layout& layout, const Machine& machine) {
  const Window& w = shape.window;
  Var section("section"), strip("strip"), pixel("pixel"), xo("xo"), xi("xi"), rows("rows"), row("row"),
      tile("tile"), lane("lane");
  if (z.flat) s.flat.vectorize(s.c, layout.middle.width, TailStrategy::RoundUp);
  const int lanes = layout.out.width;
  Func& out = s.output;
  out.split(s.o, tile, lane, z.project.vectors * lanes, TailStrategy::ShiftInwards);
  // The loops over the tiles of pixels of a strip, or of the image; innermost first.
  std::vector<VarOrRVar> sweep{xo};
  if (z.flat) {
    if (z.chunks)
      out.split(s.p, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
    else
      out.split(s.p, section, pixel, z.section * w.out_width)
          .split(pixel, strip, pixel, z.strip * w.out_width)
          .split(pixel, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
  } else {
    out.split(s.x, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
    if (!z.chunks) out.split(s.y, section, rows, z.section).split(rows, strip, row, z.strip);
    sweep.emplace_back(z.chunks ? s.y : row);
  }
  sweep.insert(z.channels_outer ? sweep.end() : sweep.begin(), tile);
  std::vector<VarOrRVar> order{lane, xi};
  order.insert(order.end(), sweep.begin(), sweep.end());
  if (!z.chunks) order.emplace_back(strip), order.emplace_back(section);
  out.reorder(order).vectorize(lane, lanes).unroll(lane).unroll(xi).parallel(order.back());
  std::vector<Var> pixels{s.x, s.y};
  if (z.flat) pixels = {s.p};
  hold_in_registers(s.project, layout.project, out, z.channels_outer ? xo : tile, s.o, pixels,
                    z.project.vectors);
  if (z.prefetch)
    prefetch_next_tile(out, out, {"tile"}, s.project, scheme_of(layout.project).prefetch_lines,
                       s.project.weights, z.project.vectors * lanes * layout.project.products(), machine);
  prefetch_next_kernel(out, s.project.sum, s.project.step, s.project.weights,
                       static_cast<int>(elements_of(s.project.weights)) * (shape.expand ? 2 : 1), machine);
  if (!z.chunks)
    prefetch_next_rows(out, {"section", "strip"}, s.project.sum, s.project.step, s.input, w, z.strip,
                       machine);
  if (!z.channels_outer)
    prefetch_next_outputs(out, {"section", "strip", "row", "y", "xo"}, s.project.sum, s.project.step,
                          scheme_of(layout.project).prefetch_lines, z.project.pixels * layout.out.stored(),
                          int64_t{layout.out.stored()} * w.out_width * w.out_height, machine);

  std::vector<Func*> middle{&s.depthwise};
  if (z.flat) middle.push_back(&s.flat);
  for (Func& func : s.project.of_pixel) middle.push_back(&func);
  for (Func& func : s.expand.of_pixel) middle.push_back(&func);
  for (Func* func : middle) {
    if (z.chunks)
      func->compute_root();
    else
      func->compute_at(out, strip);
  }
  if (!shape.expand || z.chunks) return;
  // Rows of the expansion slide along with the strips; those that one strip needs are all that is stored.
  const int needed = w.rows_read(z.strip);
  s.expanded.store_at(out, section).compute_at(out, strip);
  if (z.strip < z.section)
    s.expanded.fold_storage(s.y, needed);
  else
    s.expanded.bound_storage(s.y, needed);
  for (Func& func : s.expand.of_pixel) func.bound_storage(s.y, needed);
}

void schedule_depthwise(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z,
                        const Layout& layout, const Machine& machine) {
  Var chunk("chunk"), in_chunk("in_chunk"), co("co"), ci("ci"), xo("dxo"), xi("dxi");
  const int lanes = layout.middle.width;
  s.depthwise.bound(s.c, 0, layout.middle.stored())
      .split(s.x, xo, xi, z.depthwise_pixels, TailStrategy::ShiftInwards);
  const int64_t pixel_bytes = z.chunks ? int64_t{4} * z.chunk_vectors * lanes : layout.middle.bytes();
  std::vector<Var> around{s.y, co};
  if (z.chunks) {
    s.depthwise.split(s.c, chunk, in_chunk, z.chunk_vectors * lanes)
        .split(in_chunk, co, ci, z.depthwise_vectors * lanes)
        .parallel(chunk);
    around.push_back(chunk);
  } else {
    s.depthwise.split(s.c, co, ci, z.depthwise_vectors * lanes);
  }
  sweep_depthwise(s.depthwise, ci, xi, xo, around, {z.depthwise_pixels, z.depthwise_vectors}, lanes,
                  shape.window, pixel_bytes, machine);
  if (scheme_of(layout.project).spread_pixels)
    spread_pixels(z.flat ? s.flat : s.depthwise, s.c, layout.middle.stored());
  if (z.chunks && shape.expand) s.expanded.compute_at(s.depthwise, chunk);
}

void schedule_expansion(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z,
                        const Layout& layout, const Machine& machine) {
  const Window& w = shape.window;
  Var po("epo"), pi("epi"), tile("etile"), lane("elane");
  const int lanes = layout.middle.width;
  s.expanded.split(z.chunks ? s.p : s.x, po, pi, z.expand.pixels, TailStrategy::ShiftInwards)
      .split(s.c, tile, lane, z.expand.vectors * lanes, TailStrategy::ShiftInwards);
  if (z.chunks)
    s.expanded.bound(s.p, 0, w.in_width * w.in_height).reorder(lane, pi, po, tile);
  else
    s.expanded.bound(s.x, 0, w.in_width).reorder(lane, pi, po, s.y, tile);
  s.expanded.vectorize(lane, lanes).unroll(lane).unroll(pi);
  std::vector<Var> pixels{s.x, s.y};
  if (z.chunks) pixels = {s.p};
  hold_in_registers(s.expand, layout.expand, s.expanded, po, s.c, pixels, z.expand.vectors);
  if (z.prefetch && z.chunks)  // strips use all weights again and again: they stay near
    prefetch_next_chunk(s.output, s.depthwise, s.expand, s.expanded, layout.expand, z.chunk_vectors,
                        z.expand.vectors, machine);
}

}  // namespace

void check(const Schedule& z, const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const int middle = layout.middle.vectors, chunk = z.chunks ? z.chunk_vectors : middle;
  const int project_pixels = z.flat ? (z.chunks ? w.out_height : z.strip) * w.out_width : w.out_width;
  const int expand_pixels = z.chunks ? w.in_height * w.in_width : w.in_width;
  bool good = within(z.project.pixels, project_pixels) && within(z.project.vectors, layout.out.vectors) &&
              within(z.depthwise_pixels, w.out_width) && within(chunk, middle) && middle % chunk == 0 &&
              within(z.depthwise_vectors, chunk) && chunk % z.depthwise_vectors == 0;
  if (!z.chunks)
    good = good && within(z.strip, w.out_height) && within(z.section, w.out_height) &&
           z.section % z.strip == 0 && w.out_height % z.section == 0;
  if (shape.expand) good = good && within(z.expand.pixels, expand_pixels) && within(z.expand.vectors, chunk);
  if (!good)
    throw std::invalid_argument("inverted residual schedule does not fit its shape: " +
                                nlohmann::json(z).dump());
}

InvertedResidual scheduled(const InvertedResidualShape& shape, const Schedule& z, const Machine& machine) {
  check(z, shape, machine);
  const Layout layout = layout_of(shape, machine);
  InvertedResidual s = inverted_residual(shape, layout, z.chunks ? PixelOrder::flat : PixelOrder::rows,
                                         z.flat ? PixelOrder::flat : PixelOrder::rows);
  schedule_output(s, shape, z, layout, machine);
  schedule_depthwise(s, shape, z, layout, machine);
  if (shape.expand) schedule_expansion(s, shape, z, layout, machine);
  return s;
}

ScheduleSpace space(const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int middle = layout.middle.vectors;
  ScheduleSpace space{{"/project"_json_pointer,
                       tiles(machine, layout.project, w.out_width * w.out_height, layout.out.vectors)},
                      {"/flat"_json_pointer, {false, true}},
                      {"/chunks"_json_pointer, {false, true}},
                      {"/strip"_json_pointer, divisors(w.out_height)},
                      {"/section"_json_pointer, divisors(w.out_height)},
                      {"/chunk_vectors"_json_pointer, divisors(middle)},
                      {"/depthwise_vectors"_json_pointer, divisors(middle, 4)},
                      {"/depthwise_pixels"_json_pointer, up_to(std::min(w.out_width, 8))}};
  if (shape.expand)
    space.push_back(
        {"/expand"_json_pointer, tiles(machine, layout.expand, w.in_width * w.in_height, middle)});
  return space;
}

double predicted_cycles(const InvertedResidualShape& shape, const Schedule& z, const Machine& machine) {
  const Window& w = shape.window;
  const Layout layout = layout_of(shape, machine);
  const int middle = layout.middle.vectors, out = layout.out.vectors;
  const int in_pixels = w.in_width * w.in_height, pixels = w.out_width * w.out_height;
  double cycles = w.taps() / 1.5 * pixels * middle;
  if (shape.expand && z.chunks)
    cycles += double(middle) / z.chunk_vectors * shape.in_channels *
              tile_cycles(z.expand, machine, layout.expand, in_pixels, z.chunk_vectors);
  else if (shape.expand)  // rows at a section's start are expanded twice
    cycles += w.in_height * (1.0 + (w.rows_read(1) - 1.0) / (w.stride * z.section)) * shape.in_channels *
              tile_cycles(z.expand, machine, layout.expand, w.in_width, middle);
  const int rows = z.chunks ? w.out_height : z.strip;
  cycles += double(w.out_height) / rows * shape.expanded_channels *
            (z.flat ? tile_cycles(z.project, machine, layout.project, rows * w.out_width, out)
                    : rows * tile_cycles(z.project, machine, layout.project, w.out_width, out));
  if (z.flat) cycles += 4.0 * pixels * middle;
  const double held = double(bytes_of(layout.middle.type)) * machine.lanes *
                      (z.chunks ? double(in_pixels) * z.chunk_vectors : double(rows) * w.out_width * middle);
  if (held > machine.l2 / 2) cycles += 9.0 * pixels * middle;
  // The depthwise result goes beyond L2 and comes back: 4 to 6 cycles a vector (AVX2's on znver4).
  if (z.chunks && double(layout.middle.bytes()) * pixels > machine.l2) cycles += 5.0 * pixels * middle;
  return cycles;
}

}  // namespace mobilith
