#include "schedules/quantised_pixels.h"

#include <stdexcept>

namespace mobilith {
using namespace Halide;

namespace {

// Blocks of channels one after the other. Sums over pixels are taken for one vector at a time.
QuantisedPixels by_vectors(QuantisedPixels s, int width) {
  s.output.vectorize(s.lane, width);
  for (Func& func : s.before) {
    func.compute_at(s.output, s.output.args().size() > 2 ? s.x : s.lane);
    if (!func.args().empty()) func.vectorize(s.lane, width).update().vectorize(s.lane, width);
  }
  return s;
}

int width_of(const PixelsShape& shape, const Machine& machine) {
  return byte_channels_of(shape.channels, machine).width;
}

}  // namespace

void to_json(nlohmann::json& object, const OnlySchedule&) { object = nlohmann::json::object(); }

void from_json(const nlohmann::json& object, OnlySchedule&) {
  if (object != nlohmann::json::object())
    throw std::invalid_argument("expected {}, a schedule with nothing to choose, got " + object.dump());
}

namespace {

// What packs make of sums at once (codegen/pack_bytes.h).
constexpr int packed = 64;

QuantisedPixels of_two(QuantisedPixels s, const PixelsShape& shape, const Machine& machine) {
  const int width = width_of(shape, machine);
  if (shape.other == Other::image) {
    // A block's pixels are one run.
    Var run("run"), part("part"), in_part("in_part");
    if (packs_bytes(machine) && width * shape.pixels >= packed && shape.rescale == Rescale::floating)
      s.output.fuse(s.lane, s.x, run).vectorize(run, packed, TailStrategy::ShiftInwards);
    else
      s.output.fuse(s.lane, s.x, run)
          .split(run, part, in_part, 64, TailStrategy::GuardWithIf)
          .vectorize(in_part, width);
  } else {
    s.output.vectorize(s.lane, width);
    if (shape.pixels >= 4) {
      Var group("group"), pixel("pixel");
      s.output.split(s.x, group, pixel, 4, TailStrategy::ShiftInwards);
      if (shape.near && packs_bytes(machine) && width == machine.lanes)
        s.output.vectorize(pixel);
      else
        s.output.unroll(pixel);
    }
  }
  s.output.parallel(s.vector);
  return s;
}

}  // namespace

QuantisedPixels scheduled(const QuantisedSumShape& shape, const OnlySchedule&, const Machine& machine) {
  return of_two(quantised_sum(shape, machine), shape, machine);
}

QuantisedPixels scheduled(const QuantisedProductShape& shape, const OnlySchedule&, const Machine& machine) {
  return of_two(quantised_product(shape, machine), shape, machine);
}

QuantisedPixels scheduled(const ConcatenationShape& shape, const OnlySchedule&, const Machine& machine) {
  return by_vectors(concatenation(shape, machine), byte_channels_of(shape.channels(), machine).width);
}

QuantisedPixels scheduled(const LookupShape& shape, const OnlySchedule&, const Machine& machine) {
  const Channels c = byte_channels_of(shape.channels, machine);
  constexpr int run_bytes = 64;  // what one permutation takes (codegen/permute_tables.h)
  QuantisedPixels s = lookup(shape, machine);
  if (shape.image || shape.by_pixel || shape.split || c.width * shape.pixels < run_bytes)
    return by_vectors(std::move(s), c.width);
  Var run("run"), part("part"), in_part("in_part");
  s.output.fuse(s.lane, s.x, run)
      .split(run, part, in_part, run_bytes, TailStrategy::ShiftInwards)
      .vectorize(in_part)
      .parallel(s.vector);
  return s;
}

QuantisedPixels scheduled(const QuantiseShape& shape, const OnlySchedule&, const Machine& machine) {
  QuantisedPixels s = quantise(shape, machine);
  const int run_bytes = shape.channels * shape.pixels;
  if (!shape.dense) return by_vectors(std::move(s), width_of(shape, machine));
  Var run("run");
  s.output.fuse(s.lane, s.x, run)
      .vectorize(run, run_bytes >= packed ? packed : machine.lanes,
                 run_bytes >= machine.lanes ? TailStrategy::ShiftInwards : TailStrategy::GuardWithIf);
  return s;
}

QuantisedPixels scheduled(const DequantiseShape& shape, const OnlySchedule&, const Machine& machine) {
  return by_vectors(dequantise(shape, machine), width_of(shape, machine));
}

QuantisedPixels scheduled(const QuantisedMeanShape& shape, const OnlySchedule&, const Machine& machine) {
  return by_vectors(quantised_mean(shape, machine), width_of(shape, machine));
}

QuantisedPixels scheduled(const QuantisedSoftmaxShape& shape, const OnlySchedule&, const Machine& machine) {
  QuantisedPixels s = quantised_softmax(shape, machine);
  for (Func& func : s.before) func.compute_root();
  s.output.vectorize(s.lane, width_of(shape, machine), TailStrategy::GuardWithIf);
  return s;
}

QuantisedPixels scheduled(const QuantisedPoolShape& shape, const OnlySchedule&, const Machine& machine) {
  return by_vectors(quantised_pool(shape, machine), byte_channels_of(shape.channels, machine).width);
}

ScheduleSpace space(const PixelsShape&, const Machine&) { return {}; }
ScheduleSpace space(const QuantisedPoolShape&, const Machine&) { return {}; }
ScheduleSpace space(const ConcatenationShape&, const Machine&) { return {}; }

double predicted_cycles(const PixelsShape& shape, const OnlySchedule&, const Machine&) {
  return double(shape.pixels) * shape.channels;
}

double predicted_cycles(const QuantisedPoolShape& shape, const OnlySchedule&, const Machine&) {
  return double(shape.window.out_height) * shape.window.out_width * shape.channels * shape.window.taps();
}

double predicted_cycles(const ConcatenationShape& shape, const OnlySchedule&, const Machine&) {
  return double(shape.pixels) * shape.channels();
}

}  // namespace mobilith
