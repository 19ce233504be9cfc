// What the words of a configuration ask kernels of floats for.
#pragma once

#include <string>

#include "targets/numbers.h"

namespace mobilith {

// dtype, weights_dtype: Configuration's.
inline Precision numbers_of(const std::string& dtype, const std::string& weights_dtype) {
  if (dtype == "bf16") return Precision::bf16;
  if (dtype == "f16") return Precision::f16;
  if (dtype != "f32") return Precision::f32;
  if (weights_dtype == "bf16") return Precision::bf16_weights;
  return weights_dtype == "f16" ? Precision::f16_weights : Precision::f32;
}

}  // namespace mobilith
