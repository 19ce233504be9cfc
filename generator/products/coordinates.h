#pragma once

#include <Halide.h>

#include <vector>

namespace mobilith {

// (first, pixel...)
inline std::vector<Halide::Expr> at(const Halide::Expr& first, const std::vector<Halide::Var>& pixel) {
  std::vector<Halide::Expr> coordinates{first};
  coordinates.insert(coordinates.end(), pixel.begin(), pixel.end());
  return coordinates;
}

}  // namespace mobilith
