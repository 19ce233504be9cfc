#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

// r(name, index) in [0, 1), a multiple of 2^-24.
double synthetic_uniform(const std::string& name, uint64_t index);

// The same for many indices of one name, which is hashed once.
class SyntheticNumbers {
 public:
  explicit SyntheticNumbers(const std::string& name);
  double operator[](uint64_t index) const;

 private:
  uint64_t hash_;
};

std::unique_ptr<Weights> synthetic_weights();

}  // namespace mobilith
