// Schedules of convolutions of bytes: strips of rows swept by register tiles.
#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/quantised_products.h"
#include "products/tile.h"
#include "schedules/space.h"

namespace mobilith {

// The two types of kernels have one structure of shapes, which these tell apart.
struct QuantisedConvolutionShape : QuantisedProductsShape {};
struct QuantisedDepthwiseShape : QuantisedProductsShape {};

struct QuantisedConvolutionSchedule {
  Tile tile;                   // pixels in flat order of a pointwise convolution, of one row else
  int strip = 1;               // output rows; out_height: the whole image
  bool channels_outer = true;  // a strip is swept for one tile of channels after the other, or pixels are
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(QuantisedConvolutionSchedule, tile, strip, channels_outer)

struct QuantisedDepthwiseSchedule {
  int pixels = 1;  // of a row, computed at once
  int strip = 1;   // output rows whose inputs get their border at once
  int rows = 1;    // computed at once: they share input rows, and their bytes' shuffles
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(QuantisedDepthwiseSchedule, pixels, strip, rows)

QuantisedConvolutionSchedule default_schedule(const QuantisedConvolutionShape&, const Machine&);
QuantisedDepthwiseSchedule default_schedule(const QuantisedDepthwiseShape&, const Machine&);
ScheduleSpace space(const QuantisedConvolutionShape&, const Machine&);
ScheduleSpace space(const QuantisedDepthwiseShape&, const Machine&);
// Of one run on one core; the schedule fits.
double predicted_cycles(const QuantisedConvolutionShape&, const QuantisedConvolutionSchedule&,
                        const Machine&);
double predicted_cycles(const QuantisedDepthwiseShape&, const QuantisedDepthwiseSchedule&, const Machine&);
// Throws std::invalid_argument where the schedule does not fit the shape.
void check(const QuantisedConvolutionSchedule&, const QuantisedConvolutionShape&, const Machine&);
void check(const QuantisedDepthwiseSchedule&, const QuantisedDepthwiseShape&, const Machine&);
QuantisedProducts scheduled(const QuantisedConvolutionShape&, const QuantisedConvolutionSchedule&,
                            const Machine&);
QuantisedProducts scheduled(const QuantisedDepthwiseShape&, const QuantisedDepthwiseSchedule&,
                            const Machine&);

}  // namespace mobilith
