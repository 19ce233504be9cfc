#include "schedules/inverted_residual.h"

#include <limits>
#include <stdexcept>

#include "schedules/pixels.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

using Schedule = InvertedResidualSchedule;

// Projection: register tiles over the output. Where the depthwise half is computed: at `strip` or at root.
void schedule_output(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z, int lanes) {
  const Window& w = shape.window;
  Var section("section"), strip("strip"), pixel("pixel"), xo("xo"), xi("xi"), rows("rows"), row("row"),
      tile("tile"), lane("lane");
  Func& out = s.output;
  out.split(s.o, tile, lane, z.project.vectors * lanes, TailStrategy::ShiftInwards);
  std::vector<VarOrRVar> order{lane, xi, tile, xo};
  if (z.flat) {
    if (z.chunks)
      out.split(s.p, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
    else
      out.split(s.p, section, pixel, z.section * w.out_width)
          .split(pixel, strip, pixel, z.strip * w.out_width)
          .split(pixel, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
  } else {
    out.split(s.x, xo, xi, z.project.pixels, TailStrategy::ShiftInwards);
    if (z.chunks)
      order.emplace_back(s.y);
    else
      out.split(s.y, section, rows, z.section).split(rows, strip, row, z.strip), order.emplace_back(row);
  }
  if (!z.chunks) order.emplace_back(strip), order.emplace_back(section);
  out.reorder(order).vectorize(lane, lanes).unroll(lane).unroll(xi);
  if (z.chunks)
    out.parallel(z.flat ? VarOrRVar(xo) : VarOrRVar(s.y));
  else
    out.parallel(section);
  std::vector<Var> pixels{s.x, s.y};
  if (z.flat) pixels = {s.p};
  hold_in_registers(s.project_sum, out, tile, s.o, pixels, {s.channel}, lanes, z.project.vectors);

  if (z.chunks)
    s.depthwise.compute_root();
  else
    s.depthwise.compute_at(out, strip);
  if (z.flat) {
    if (z.chunks)
      s.flat.compute_root();
    else
      s.flat.compute_at(out, strip);
    s.flat.vectorize(s.c, lanes, TailStrategy::RoundUp);
  }
  if (shape.expand && !z.chunks) s.expanded.store_at(out, section).compute_at(out, strip);
}

void schedule_depthwise(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z,
                        int lanes) {
  Var chunk("chunk"), in_chunk("in_chunk"), co("co"), ci("ci"), xo("dxo"), xi("dxi");
  s.depthwise.bound(s.c, 0, round_up(shape.expanded_channels, lanes))
      .split(s.x, xo, xi, z.depthwise_pixels, TailStrategy::ShiftInwards);
  if (z.chunks)
    s.depthwise.split(s.c, chunk, in_chunk, z.chunk_vectors * lanes)
        .split(in_chunk, co, ci, z.depthwise_vectors * lanes)
        .reorder(ci, xi, xo, s.y, co, chunk)
        .parallel(chunk);
  else
    s.depthwise.split(s.c, co, ci, z.depthwise_vectors * lanes).reorder(ci, xi, xo, s.y, co);
  s.depthwise.vectorize(ci, lanes).unroll(ci).unroll(xi);
  if (z.chunks && shape.expand) s.expanded.compute_at(s.depthwise, chunk);
}

void schedule_expansion(InvertedResidual& s, const InvertedResidualShape& shape, const Schedule& z,
                        int lanes) {
  const Window& w = shape.window;
  Var po("epo"), pi("epi"), tile("etile"), lane("elane");
  s.expanded.split(z.chunks ? s.p : s.x, po, pi, z.expand.pixels, TailStrategy::ShiftInwards)
      .split(s.c, tile, lane, z.expand.vectors * lanes, TailStrategy::ShiftInwards);
  if (z.chunks)
    s.expanded.bound(s.p, 0, w.in_width * w.in_height).reorder(lane, pi, po, tile);
  else
    s.expanded.bound(s.x, 0, w.in_width).bound(s.y, 0, w.in_height).reorder(lane, pi, po, s.y, tile);
  s.expanded.vectorize(lane, lanes).unroll(lane).unroll(pi);
  std::vector<Var> pixels{s.x, s.y};
  if (z.chunks) pixels = {s.p};
  hold_in_registers(s.expand_sum, s.expanded, po, s.c, pixels, {s.in_channel}, lanes, z.expand.vectors);
}

}  // namespace

void check(const Schedule& z, const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  auto vectors = [&](int channels) { return round_up(channels, machine.lanes) / machine.lanes; };
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const int middle = vectors(shape.expanded_channels), chunk = z.chunks ? z.chunk_vectors : middle;
  const int project_pixels = z.flat ? (z.chunks ? w.out_height : z.strip) * w.out_width : w.out_width;
  const int expand_pixels = z.chunks ? w.in_height * w.in_width : w.in_width;
  bool good = within(z.project.pixels, project_pixels) &&
              within(z.project.vectors, vectors(shape.out_channels)) &&
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
  InvertedResidual s = inverted_residual(shape, machine.lanes, z.chunks ? PixelOrder::flat : PixelOrder::rows,
                                         z.flat ? PixelOrder::flat : PixelOrder::rows);
  schedule_output(s, shape, z, machine.lanes);
  schedule_depthwise(s, shape, z, machine.lanes);
  if (shape.expand) schedule_expansion(s, shape, z, machine.lanes);
  return s;
}

ScheduleSpace space(const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  auto vectors = [&](int channels) { return round_up(channels, machine.lanes) / machine.lanes; };
  const int middle = vectors(shape.expanded_channels);
  ScheduleSpace space{
      {"/project"_json_pointer, tiles(machine, w.out_width * w.out_height, vectors(shape.out_channels))},
      {"/flat"_json_pointer, {false, true}},
      {"/chunks"_json_pointer, {false, true}},
      {"/strip"_json_pointer, divisors(w.out_height)},
      {"/section"_json_pointer, divisors(w.out_height)},
      {"/chunk_vectors"_json_pointer, divisors(middle)},
      {"/depthwise_vectors"_json_pointer, divisors(middle, 4)},
      {"/depthwise_pixels"_json_pointer, up_to(std::min(w.out_width, 8))}};
  if (shape.expand)
    space.push_back({"/expand"_json_pointer, tiles(machine, w.in_width * w.in_height, middle)});
  return space;
}

double predicted_cycles(const InvertedResidualShape& shape, const Schedule& z, const Machine& machine) {
  const Window& w = shape.window;
  auto vectors = [&](int channels) { return round_up(channels, machine.lanes) / machine.lanes; };
  const int middle = vectors(shape.expanded_channels), out = vectors(shape.out_channels);
  const int in_pixels = w.in_width * w.in_height, pixels = w.out_width * w.out_height;
  double cycles = 6.0 * pixels * middle;
  if (shape.expand && z.chunks)
    cycles += double(middle) / z.chunk_vectors * shape.in_channels *
              tile_cycles(z.expand, machine, in_pixels, z.chunk_vectors);
  else if (shape.expand)  // rows at a section's start are expanded twice
    cycles += w.in_height * (1.0 + 2.0 / (w.stride * z.section)) * shape.in_channels *
              tile_cycles(z.expand, machine, w.in_width, middle);
  const int rows = z.chunks ? w.out_height : z.strip;
  cycles += double(w.out_height) / rows * shape.expanded_channels *
            (z.flat ? tile_cycles(z.project, machine, rows * w.out_width, out)
                    : rows * tile_cycles(z.project, machine, w.out_width, out));
  if (z.flat) cycles += 4.0 * pixels * middle;
  const double held = 4.0 * machine.lanes *
                      (z.chunks ? double(in_pixels) * z.chunk_vectors : double(rows) * w.out_width * middle);
  if (held > machine.l2 / 2) cycles += 9.0 * pixels * middle;
  return cycles;
}

// Why these defaults. The expanded image is six times the block's input, so it must never leave the cache
// whole: chunks of its channels take at most half of L2, each of them swept for the whole image, so that
// every weight is read once. Among the divisors of the expanded channels, the one whose register tiles waste
// least wins, then the larger one (fewer passes over the input). Strips, the other form, expand rows again at
// each section's start; no shape of the published networks gains from them, but the blocks without an
// expansion: there strips cost nothing, and the depthwise result of a strip stays in half of L1.
Schedule default_schedule(const InvertedResidualShape& shape, const Machine& machine) {
  const Window& w = shape.window;
  const int lanes = machine.lanes;
  auto vectors = [&](int channels) { return round_up(channels, lanes) / lanes; };
  const int middle = vectors(shape.expanded_channels), out = vectors(shape.out_channels);
  const int in_pixels = w.in_width * w.in_height;
  Schedule z;
  z.chunks = shape.expand;
  z.strip = z.section = w.out_height;
  if (!shape.expand) {
    const int64_t row_bytes = int64_t{4} * middle * lanes * w.out_width;
    z.strip = divisor_below(
        w.out_height, static_cast<int>(std::clamp<int64_t>(machine.l1 / 2 / row_bytes, 1, w.out_height)));
    z.section = z.strip * divisor_below(w.out_height / z.strip, std::max(1, w.out_height / z.strip / 8));
  }
  double least = std::numeric_limits<double>::infinity();
  for (int chunk = 1; shape.expand && chunk <= middle; chunk++) {
    if (middle % chunk != 0 || (chunk > 2 && int64_t{4} * in_pixels * chunk * lanes > machine.l2 / 2))
      continue;
    const Tile tile = choose_tile(machine, in_pixels, chunk);
    const double cycles = middle / chunk * tile_cycles(tile, machine, in_pixels, chunk);
    if (cycles <= least) least = cycles, z.chunk_vectors = chunk, z.expand = tile;
  }
  const int strip_pixels = z.strip * w.out_width;
  const Tile rows = choose_tile(machine, w.out_width, out), flat = choose_tile(machine, strip_pixels, out);
  // Flat order copies the depthwise result: about four cycles a vector, from and to L2; cycles here are per
  // k.
  const double copy_cycles = 4.0 * strip_pixels / lanes;
  const double rows_cycles = z.strip * tile_cycles(rows, machine, w.out_width, out);
  z.flat = tile_cycles(flat, machine, strip_pixels, out) + copy_cycles < rows_cycles;
  z.project = z.flat ? flat : rows;
  z.depthwise_vectors = 1;
  z.depthwise_pixels = std::min(w.out_width, w.stride == 1 ? 7 : 2);
  return z;
}

}  // namespace mobilith
