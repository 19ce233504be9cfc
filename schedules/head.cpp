#include "schedules/head.h"

#include <stdexcept>

#include "products/registers.h"
#include "products/scheme.h"
#include "schedules/axes.h"
#include "schedules/prefetch.h"
#include "schedules/softmax.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

// All features are convolved before they are multiplied.
bool at_once(const HeadShape& shape, const HeadLayout& layout, const Machine& machine) {
  return shape.hidden_channels > 0 && (machine.streams || machine.short_streams) && layout.chunks() == 1;
}

// The features of one chunk [pool -> total -> hidden], tile by tile of channels, whose pixels are all
// convolved, then added up. Of features that are convolved at once, threads share the tiles.
void schedule_features(Head& s, const HeadShape& shape, const HeadSchedule& z, const HeadLayout& layout,
                       const Machine& machine) {
  Var tile("tile"), lane("lane"), po("po"), pi("pi");
  const bool convolves = shape.hidden_channels > 0;
  const int lanes = layout.features.width;
  const int vectors = convolves ? z.tile.vectors : z.pool_vectors, width = vectors * lanes;
  s.pool.split(s.h, tile, lane, width).vectorize(lane, lanes).unroll(lane);
  if (at_once(shape, layout, machine))
    s.pool.compute_root().parallel(tile);
  else
    s.pool.compute_at(s.partial, s.chunk.x);
  s.total.compute_at(s.pool, tile).vectorize(s.h, lanes).unroll(s.h);
  s.total.update().reorder(s.h, s.pixel).vectorize(s.h, lanes).unroll(s.h);
  if (!convolves) return;
  s.hidden.compute_at(s.pool, tile)
      .split(s.p, po, pi, z.tile.pixels, TailStrategy::ShiftInwards)
      .reorder(s.h, pi, po)
      .vectorize(s.h, lanes)
      .unroll(s.h)
      .unroll(pi);
  hold_in_registers(s.convolution, layout.convolution, s.hidden, po, s.h, {s.p}, vectors);
  for (Func& func : s.convolution.of_pixel) func.compute_root();
}

// The weights that come next, asked for while features are convolved: the next chunk's, or, of features that
// are convolved at once, the next tile's of the convolution alone.
void ask_ahead(Head& s, const HeadShape& shape, const HeadSchedule& z, const HeadLayout& layout,
               const Machine& machine) {
  const int lines = scheme_of(layout.convolution).prefetch_lines;
  const int products = layout.convolution.products();
  if (at_once(shape, layout, machine)) {
    prefetch_next_tile(s.output, s.pool, {"tile"}, s.convolution, lines, s.convolution.weights,
                       z.tile.vectors * layout.features.width * products, machine);
    return;
  }
  const int chunk = layout.order.chunk;
  for (const auto& [weights, floats] :
       {std::pair{s.weights, chunk * layout.classes.stored()}, {s.convolution.weights, chunk * products}})
    prefetch_next_tile(s.output, s.partial, {s.g.name(), s.chunk.x.name()}, s.convolution, lines, weights,
                       floats, machine);
}

// The chunk's share of the logits; lanes: of the classes.
void schedule_classifier(Head& s, const HeadSchedule& z, int lanes) {
  Var tile("ctile"), lane("clane");
  s.partial.compute_root().vectorize(s.o, lanes);
  s.partial.update()
      .split(s.o, tile, lane, z.classifier_vectors * lanes, TailStrategy::RoundUp)
      .reorder(lane, tile, s.chunk.x, s.g)
      .vectorize(lane, lanes)
      .unroll(lane)
      .parallel(z.groups > 1 ? VarOrRVar(s.g) : VarOrRVar(tile));
  hold_in_registers(s.share, s.partial, tile, s.o, {}, {s.feature}, lanes, z.classifier_vectors);
}

}  // namespace

void check(const HeadSchedule& z, const HeadShape& shape, const Machine& machine) {
  const int pixels = shape.height * shape.width;
  const HeadLayout layout = layout_of(shape, machine);
  const int classes = layout.classes.vectors, chunk_vectors = layout.chunk_vectors(),
            chunks = layout.chunks();
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const bool convolves = shape.hidden_channels > 0;
  const int feature_tile = convolves ? z.tile.vectors : z.pool_vectors;
  if (!within(z.tile.pixels, pixels) || !within(feature_tile, chunk_vectors) ||
      chunk_vectors % feature_tile != 0 || !within(z.classifier_vectors, classes) ||
      classes % z.classifier_vectors != 0 || !within(z.groups, chunks) || chunks % z.groups != 0)
    throw std::invalid_argument("head schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Head scheduled(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const HeadLayout layout = layout_of(shape, machine);
  const int lanes = layout.classes.width;
  Head s = head(shape, layout, z.groups);
  schedule_features(s, shape, z, layout, machine);
  schedule_classifier(s, z, lanes);
  s.logits.compute_root().bound(s.o, 0, layout.classes.stored()).vectorize(s.o, lanes);
  s.sum.compute_at(s.logits, s.o).vectorize(s.o, lanes);
  s.sum.update().vectorize(s.o, lanes);
  if (z.prefetch && shape.hidden_channels > 0) ask_ahead(s, shape, z, layout, machine);
  if (shape.output == OutputFunction::softmax) schedule_softmax(s.softmax, lanes);
  if (shape.classes >= lanes) s.output.vectorize(s.o, lanes, TailStrategy::ShiftInwards);
  return s;
}

ScheduleSpace space(const HeadShape& shape, const Machine& machine) {
  const HeadLayout layout = layout_of(shape, machine);
  ScheduleSpace space{{"/classifier_vectors"_json_pointer, divisors(layout.classes.vectors, 16)},
                      {"/groups"_json_pointer, divisors(layout.chunks(), 16)}};
  if (shape.hidden_channels > 0) {
    space.push_back({"/tile"_json_pointer,
                     tiles(machine, layout.convolution, shape.height * shape.width, layout.chunk_vectors())});
    space.push_back({"/prefetch"_json_pointer, prefetching(default_schedule(shape, machine).prefetch)});
  } else {
    space.push_back({"/pool_vectors"_json_pointer, divisors(layout.chunk_vectors(), 16)});
  }
  return space;
}

double predicted_cycles(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  const HeadLayout layout = layout_of(shape, machine);
  const int pixels = shape.height * shape.width, features = layout.features.count;
  const int vectors = layout.features.vectors;
  const double product = features * tile_cycles({1, z.classifier_vectors}, machine,
                                                {layout.features, 1, layout.classes, Multiplication::plain},
                                                1, layout.classes.vectors);
  // The weights come from far away, ten bytes a cycle (thirty as a stream), unless they come while something
  // else is computed.
  const double arrival = double(layout.classes.bytes()) * features / (layout.order.tile > 1 ? 30 : 10);
  if (shape.hidden_channels == 0)
    return std::max(product, arrival) + double(pixels) * vectors / std::min(2, z.pool_vectors);
  const double convolution =
      shape.in_channels * tile_cycles(z.tile, machine, layout.convolution, pixels, vectors);
  return product + (z.prefetch && !at_once(shape, layout, machine) ? std::max(convolution, arrival)
                                                                   : convolution + arrival);
}

// Why these defaults: the classifier reads each weight once, so memory bounds it: its weights are asked for
// while features are convolved; enough accumulators hide the FMA's latency. The last convolution is a product
// like any other, its tile of channels within a chunk. Eight groups are work for eight threads; each costs
// the zeroing and adding of its own logits, a few kilobytes in L1. Tiles that lie as one stream are read as
// one.
HeadSchedule default_schedule(const HeadShape& shape, const Machine& machine) {
  const HeadLayout layout = layout_of(shape, machine);
  const int chunk_vectors = layout.chunk_vectors();
  HeadSchedule z;
  if (shape.hidden_channels > 0) {
    z.tile = choose_tile(machine, layout.convolution, shape.height * shape.width, chunk_vectors);
    if (chunk_vectors % z.tile.vectors != 0) z.tile.vectors = divisor_below(chunk_vectors, z.tile.vectors);
    z.prefetch = !at_once(shape, layout, machine) || !machine.streams;  // not measured where streams are
  }
  z.pool_vectors = divisor_below(chunk_vectors, 8);
  // Each accumulator reads a stream of its own. Without a convolution to hide the latency, eight are the most
  // that the prefetchers follow.
  z.classifier_vectors = divisor_below(layout.classes.vectors, shape.hidden_channels > 0 ? 12 : 8);
  if (layout.order.tile > 1) z.classifier_vectors = layout.order.tile;
  z.groups = divisor_below(layout.chunks(), 8);
  return z;
}

}  // namespace mobilith
