// Pictures for who has none: what photographs have in common, without what is on them.
#pragma once

#include <vector>

#include "networks/network.h"

namespace mobilith::calibration {

inline constexpr size_t made_pictures = 32;

// Picture `index` as (y, x, c) of the shape, from 0 to 1: "dead leaves", discs of any colour that hide each
// other, with as many small as large ones by area, which have the edges and the spectrum of photographs (Lee,
// Mumford, Huang 2001, "Occlusion models for natural images"), shaded. The same bytes on every machine.
std::vector<double> made_picture(size_t index, const Shape&);

}  // namespace mobilith::calibration
