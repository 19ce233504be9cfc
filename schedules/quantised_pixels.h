// Schedules of the kernels of algorithms/quantised_pixels.h: vectors of a block's channels, with nothing to
// choose. Shapes that tell their types apart.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/quantised_pixels.h"
#include "schedules/space.h"

namespace mobilith {

struct QuantisedSumShape : PixelsShape {};
struct QuantisedProductShape : PixelsShape {};
struct LookupShape : PixelsShape {};
struct QuantiseShape : PixelsShape {};
struct DequantiseShape : PixelsShape {};
struct QuantisedMeanShape : PixelsShape {};
struct QuantisedSoftmaxShape : PixelsShape {};

struct OnlySchedule {};
void to_json(nlohmann::json&, const OnlySchedule&);
void from_json(const nlohmann::json&, OnlySchedule&);  // throws std::invalid_argument unless it is {}

QuantisedPixels scheduled(const QuantisedSumShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const QuantisedProductShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const ConcatenationShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const LookupShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const QuantiseShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const DequantiseShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const QuantisedMeanShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const QuantisedSoftmaxShape&, const OnlySchedule&, const Machine&);
QuantisedPixels scheduled(const QuantisedPoolShape&, const OnlySchedule&, const Machine&);

template <typename Shape>
OnlySchedule default_schedule(const Shape&, const Machine&) {
  return {};
}
template <typename Shape>
void check(const OnlySchedule&, const Shape&, const Machine&) {}
ScheduleSpace space(const PixelsShape&, const Machine&);
ScheduleSpace space(const QuantisedPoolShape&, const Machine&);
ScheduleSpace space(const ConcatenationShape&, const Machine&);
double predicted_cycles(const PixelsShape&, const OnlySchedule&, const Machine&);
double predicted_cycles(const QuantisedPoolShape&, const OnlySchedule&, const Machine&);
double predicted_cycles(const ConcatenationShape&, const OnlySchedule&, const Machine&);

}  // namespace mobilith
