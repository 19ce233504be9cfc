#include "schedules/head.h"

#include <stdexcept>

#include "schedules/pixels.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

namespace {

// Features [pool -> total -> hidden]: one task per tile of channels, whose pixels are all convolved, then
// added up.
void schedule_features(Head& s, const HeadShape& shape, const HeadSchedule& z, int lanes) {
  Var tile("tile"), lane("lane"), po("po"), pi("pi");
  const bool convolves = shape.hidden_channels > 0;
  lanes = vector_lanes(convolves ? shape.hidden_channels : shape.in_channels, lanes);
  const int vectors = convolves ? z.tile.vectors : z.pool_vectors, width = vectors * lanes;
  s.pool.compute_root()
      .split(s.h, tile, lane, width, TailStrategy::RoundUp)
      .vectorize(lane, lanes)
      .unroll(lane)
      .parallel(tile);
  s.total.compute_at(s.pool, tile).vectorize(s.h, lanes).unroll(s.h);
  s.total.update().reorder(s.h, s.pixel).vectorize(s.h, lanes).unroll(s.h);
  if (!convolves) return;
  s.hidden.compute_at(s.pool, tile)
      .split(s.p, po, pi, z.tile.pixels, TailStrategy::ShiftInwards)
      .reorder(s.h, pi, po)
      .vectorize(s.h, lanes)
      .unroll(s.h)
      .unroll(pi);
  hold_in_registers(s.hidden_sum, s.hidden, po, s.h, {s.p}, {s.in_channel}, lanes, vectors);
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
  auto vectors = [&](int channels) { return vectors_of(channels, machine.lanes); };
  auto within = [](int value, int most) { return value >= 1 && value <= most; };
  const bool convolves = shape.hidden_channels > 0;
  const int features = convolves ? shape.hidden_channels : shape.in_channels;
  const int feature_tile = convolves ? z.tile.vectors : z.pool_vectors;
  if (!within(z.tile.pixels, pixels) || !within(feature_tile, vectors(features)) ||
      vectors(features) % feature_tile != 0 || !within(z.classifier_vectors, vectors(shape.classes)))
    throw std::invalid_argument("head schedule does not fit its shape: " + nlohmann::json(z).dump());
}

Head scheduled(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const int lanes = vector_lanes(shape.classes, machine.lanes);
  Head s = head(shape, machine.lanes);
  schedule_features(s, shape, z, machine.lanes);
  Var tile("tile"), lane("lane");
  s.logits.compute_root()
      .bound(s.o, 0, stored_channels(shape.classes, lanes))
      .split(s.o, tile, lane, z.classifier_vectors * lanes, TailStrategy::ShiftInwards)
      .vectorize(lane, lanes)
      .unroll(lane)
      .parallel(tile);
  hold_in_registers(s.sum, s.logits, tile, s.o, {}, {s.feature}, lanes, z.classifier_vectors);
  if (shape.softmax) schedule_softmax(s, lanes);
  if (shape.classes >= lanes) s.output.vectorize(s.o, lanes, TailStrategy::ShiftInwards);
  return s;
}

ScheduleSpace space(const HeadShape& shape, const Machine& machine) {
  auto vectors = [&](int channels) { return vectors_of(channels, machine.lanes); };
  const int classes = vectors(shape.classes);
  ScheduleSpace space{{"/classifier_vectors"_json_pointer, up_to(std::min(classes, 12))}};
  if (shape.hidden_channels > 0)
    space.push_back(
        {"/tile"_json_pointer, tiles(machine, shape.height * shape.width, vectors(shape.hidden_channels))});
  else
    space.push_back({"/pool_vectors"_json_pointer, divisors(vectors(shape.in_channels), 16)});
  return space;
}

double predicted_cycles(const HeadShape& shape, const HeadSchedule& z, const Machine& machine) {
  auto vectors = [&](int channels) { return vectors_of(channels, machine.lanes); };
  const int pixels = shape.height * shape.width;
  const bool convolves = shape.hidden_channels > 0;
  const int features = convolves ? shape.hidden_channels : shape.in_channels;
  double cycles = features * tile_cycles({1, z.classifier_vectors}, machine, 1, vectors(shape.classes));
  if (convolves)
    cycles += shape.in_channels * tile_cycles(z.tile, machine, pixels, vectors(features));
  else
    cycles += double(pixels) * vectors(features) / std::min(2, z.pool_vectors);
  return cycles;
}

// Why these defaults: the classifier reads each weight once, so memory bounds it; eight accumulators hide the
// FMA's latency and keep eight sequential streams, which hardware prefetchers follow. The last convolution is
// a product like any other; its tile of channels must divide, since the pool's tasks are those tiles.
HeadSchedule default_schedule(const HeadShape& shape, const Machine& machine) {
  auto vectors = [&](int channels) { return vectors_of(channels, machine.lanes); };
  HeadSchedule z;
  if (shape.hidden_channels > 0) {
    z.tile = choose_tile(machine, shape.height * shape.width, vectors(shape.hidden_channels));
    z.tile.vectors = divisor_below(vectors(shape.hidden_channels), z.tile.vectors);
  }
  z.pool_vectors = divisor_below(vectors(shape.in_channels), 8);
  z.classifier_vectors = std::min(vectors(shape.classes), 8);
  return z;
}

}  // namespace mobilith
