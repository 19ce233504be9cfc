#include "schedules/head.h"

#include <stdexcept>

#include "schedules/pixels.h"
#include "schedules/prefetch.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

PointwiseShape convolution_of(const HeadShape& shape, const Machine& machine) {
  return convolution_of(shape, machine.lanes, machine.pair_vectors);
}

HeadOrder order_of(const HeadShape& shape, const Machine& machine) {
  return head_order(shape, machine.lanes, machine.streams);
}

// All features are convolved before they are multiplied.
bool at_once(const HeadShape& shape, const Machine& machine) {
  return shape.hidden_channels > 0 && machine.streams &&
         order_of(shape, machine).chunk == stored_channels(features_of(shape), machine.lanes);
}

// The features of one chunk [pool -> total -> hidden], tile by tile of channels, whose pixels are all
// convolved, then added up. Of features that are convolved at once, threads share the tiles.
void schedule_features(Head& s, const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  Var tile("tile"), lane("lane"), po("po"), pi("pi");
  const bool convolves = shape.hidden_channels > 0;
  const int lanes = vector_lanes(features_of(shape), machine.lanes);
  const int vectors = convolves ? z.tile.vectors : z.pool_vectors, width = vectors * lanes;
  s.pool.split(s.h, tile, lane, width).vectorize(lane, lanes).unroll(lane);
  if (at_once(shape, machine))
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
  hold_in_registers(s.convolution, s.hidden, po, s.h, {s.p}, lanes, vectors);
  if (s.convolution.paired) s.convolution.pair_sum.compute_root();
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

void schedule_softmax(Head& s, int lanes) {
  s.lane_max.compute_root().vectorize(s.lane, lanes);
  s.lane_max.update().reorder(s.lane, s.vectors).vectorize(s.lane, lanes);
  s.largest.compute_root();
  s.exponential.compute_root().vectorize(s.o, lanes, TailStrategy::RoundUp);
  s.lane_total.compute_root().vectorize(s.lane, lanes);
  s.lane_total.update().reorder(s.lane, s.vectors).vectorize(s.lane, lanes);
  s.normalizer.compute_root();
}

}  // namespace

void check(const HeadSchedule& z, const HeadShape& shape, const Machine& machine) {
  const int pixels = shape.height * shape.width;
  const int classes = class_vectors(shape.classes, machine.lanes);
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const bool convolves = shape.hidden_channels > 0;
  const int chunk = order_of(shape, machine).chunk;
  const int chunk_vectors = chunk / vector_lanes(features_of(shape), machine.lanes),
            chunks = stored_channels(features_of(shape), machine.lanes) / chunk;
  const int feature_tile = convolves ? z.tile.vectors : z.pool_vectors;
  if (!within(z.tile.pixels, pixels) || !within(feature_tile, chunk_vectors) ||
      chunk_vectors % feature_tile != 0 || !within(z.classifier_vectors, classes) ||
      classes % z.classifier_vectors != 0 || !within(z.groups, chunks) || chunks % z.groups != 0)
    throw std::invalid_argument("head schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Head scheduled(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const int lanes = vector_lanes(shape.classes, machine.lanes);
  Head s = head(shape, machine.lanes, machine.pair_vectors, order_of(shape, machine), z.groups);
  schedule_features(s, shape, z, machine);
  schedule_classifier(s, z, lanes);
  s.logits.compute_root().bound(s.o, 0, class_vectors(shape.classes, lanes) * lanes).vectorize(s.o, lanes);
  s.sum.compute_at(s.logits, s.o).vectorize(s.o, lanes);
  s.sum.update().vectorize(s.o, lanes);
  if (z.prefetch && shape.hidden_channels > 0) {
    const int chunk = order_of(shape, machine).chunk;
    for (const auto& [weights, floats] :
         {std::pair{s.weights, chunk * class_vectors(shape.classes, lanes) * lanes},
          {s.convolution.weights, chunk * shape.in_channels}})
      prefetch_next_tile(s.output, s.partial, {s.g.name(), s.chunk.x.name()}, s.convolution, weights, floats);
  }
  if (shape.output == OutputFunction::softmax) schedule_softmax(s, lanes);
  if (shape.classes >= lanes) s.output.vectorize(s.o, lanes, TailStrategy::ShiftInwards);
  return s;
}

ScheduleSpace space(const HeadShape& shape, const Machine& machine) {
  const int chunk = order_of(shape, machine).chunk, width = vector_lanes(features_of(shape), machine.lanes);
  ScheduleSpace space{
      {"/classifier_vectors"_json_pointer, divisors(class_vectors(shape.classes, machine.lanes), 16)},
      {"/groups"_json_pointer, divisors(stored_channels(features_of(shape), machine.lanes) / chunk, 16)}};
  if (shape.hidden_channels > 0) {
    space.push_back({"/tile"_json_pointer, tiles(machine, convolution_of(shape, machine),
                                                 shape.height * shape.width, chunk / width)});
    if (!at_once(shape, machine))
      space.push_back({"/prefetch"_json_pointer, asking(default_schedule(shape, machine).prefetch)});
  } else {
    space.push_back({"/pool_vectors"_json_pointer, divisors(chunk / width, 16)});
  }
  return space;
}

double predicted_cycles(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  const int pixels = shape.height * shape.width, features = features_of(shape);
  const int vectors = vectors_of(features, machine.lanes),
            classes = class_vectors(shape.classes, machine.lanes);
  const double product = features * tile_cycles({1, z.classifier_vectors}, machine,
                                                {features, 1, shape.classes, false}, 1, classes);
  // The weights come from far away, ten bytes a cycle (thirty as a stream), unless they come while something
  // else is computed.
  const double arrival = 4.0 * features * classes * vector_lanes(shape.classes, machine.lanes) /
                         (order_of(shape, machine).tile > 1 ? 30 : 10);
  if (shape.hidden_channels == 0)
    return std::max(product, arrival) + double(pixels) * vectors / std::min(2, z.pool_vectors);
  const double convolution =
      shape.in_channels * tile_cycles(z.tile, machine, convolution_of(shape, machine), pixels, vectors);
  return product + (z.prefetch ? std::max(convolution, arrival) : convolution + arrival);
}

// Why these defaults: the classifier reads each weight once, so memory bounds it: its weights are asked for
// while features are convolved; enough accumulators hide the FMA's latency. The last convolution is a product
// like any other, its tile of channels within a chunk. Eight groups are work for eight threads; each costs
// the zeroing and adding of its own logits, a few kilobytes in L1. Tiles that lie as one stream are read as
// one.
HeadSchedule default_schedule(const HeadShape& shape, const Machine& machine) {
  const int chunk = order_of(shape, machine).chunk,
            chunk_vectors = chunk / vector_lanes(features_of(shape), machine.lanes);
  HeadSchedule z;
  if (shape.hidden_channels > 0) {
    z.tile = choose_tile(machine, convolution_of(shape, machine), shape.height * shape.width, chunk_vectors);
    if (chunk_vectors % z.tile.vectors != 0) z.tile.vectors = divisor_below(chunk_vectors, z.tile.vectors);
    z.prefetch = !at_once(shape, machine);
  }
  z.pool_vectors = divisor_below(chunk_vectors, 8);
  // Each accumulator reads a stream of its own. Without a convolution to hide the latency, eight are the most
  // that the prefetchers follow.
  z.classifier_vectors =
      divisor_below(class_vectors(shape.classes, machine.lanes), shape.hidden_channels > 0 ? 12 : 8);
  if (const int tile = order_of(shape, machine).tile; tile > 1) z.classifier_vectors = tile;
  z.groups = divisor_below(stored_channels(features_of(shape), machine.lanes) / chunk, 8);
  return z;
}

}  // namespace mobilith
