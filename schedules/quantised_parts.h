// What the schedules of quantised convolutions and depthwise ones share.
#pragma once

#include <vector>

#include "algorithms/quantised_products.h"
#include "schedules/quantised_tiles.h"

namespace mobilith::quantised_parts {

inline bool within(int value, int most) { return value >= 1 && value <= most; }
inline bool divides(int part, int whole) { return within(part, whole) && whole % part == 0; }

// Where what is computed of a strip's pixels goes: in front of the strip, or of everything.
void place(Halide::Func& func, Halide::Func& output, const Halide::Var& strip, bool first);

// The border is copied for the strip's rows.
void schedule_rows(QuantisedProducts&, const QuantisedProductsShape&, const QuantisedProductsLayout&,
                   const Halide::Var& strip, bool first, bool depthwise);

// One update of the accumulators. group: the loop inside a group; loops: those around the tile.
void hold_update(QuantisedProducts&, Halide::Stage update, const Halide::RVar& group,
                 const std::vector<Halide::RVar>& loops, int lanes);

// Accumulators in registers, computed inside `at`.
void hold(QuantisedProducts&, Halide::Func& sum, const QuantisedProductsLayout&,
          const std::vector<Halide::RVar>& loops, const Halide::Var& at);

// A tile's pixels, which are neighbours in memory: at once where instructions pack several vectors of sums
// (codegen/pack_bytes.h), else one after the other.
void sums_to_bytes(QuantisedProducts&, const Halide::Var& pixels, int lanes, const QuantisedProductsShape&,
                   const Machine&);

}  // namespace mobilith::quantised_parts
