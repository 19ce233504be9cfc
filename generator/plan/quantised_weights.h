// Weights of whole numbers in the order in which kernels read them (layout/quantised_products.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "layout/quantised_products.h"

namespace mobilith {

// Weights that fit 8 bits, and what is to be added to each of them, from -128 to 128: 0 where they fit so.
struct SplitWeights {
  std::vector<int16_t> weights;
  int offset = 0;
};
SplitWeights split_weights(const std::vector<int16_t>& weights, bool bytes);

// Whether weights are i8, and 16 bits hold the sum of any two neighbouring inputs' products, of bytes from 0
// to 255, for each output: 7 bits do, and 8 where signs differ. weights: (in, out), row-major.
bool pairs_fit(const std::vector<int16_t>& weights, int outputs);

// weights: (row, column, in, out), depthwise (row, column, out).
std::string pack_weights(const std::vector<int16_t>& weights, const QuantisedProductsShape&,
                         const QuantisedProductsLayout&, bool depthwise);

// The same number for each weight: QuantisedProducts::zero_weights.
std::string pack_zero_weights(int number, const QuantisedProductsShape&, const QuantisedProductsLayout&,
                              bool depthwise);

}  // namespace mobilith
