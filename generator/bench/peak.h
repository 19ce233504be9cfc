// The most multiply-adds that this core can do: what a share of peak is a share of. Of floats by FMAs; paired
// products do three of them by two FMAs and two additions (products/winograd.h): such kernels can have more
// than 100 %. Of bytes and bf16 by the instructions that kernels have.
#pragma once

#include <memory>

#include "bench/peak_loop.h"

namespace mobilith {

// Independent chains of multiply-adds on whole vectors, compiled for exactly this width. Not thread-safe.
class PeakMeter {
 public:
  // vector_bits: 128, 256 or 512; the host must have them, and the instruction of the products. Throws
  // LoadError.
  explicit PeakMeter(int vector_bits, PeakProducts = PeakProducts::floats);
  ~PeakMeter();
  // One burst of about a tenth of a millisecond on the calling thread; 1e9 operations a second, a
  // multiply-add being two.
  double burst();
  double flops_per_burst() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mobilith
