// The most multiply-adds that this core can do by FMAs: what a share of peak is a share of. Paired products
// do three of them by two FMAs and two additions (products/winograd.h): such kernels can have more
// than 100 %.
#pragma once

#include <memory>

namespace mobilith {

// Independent chains of FMAs on whole vectors, compiled for exactly this width. Not thread-safe.
class PeakMeter {
 public:
  // vector_bits: 128, 256 or 512; the host must have them. Throws LoadError.
  explicit PeakMeter(int vector_bits);
  ~PeakMeter();
  // One burst of about a tenth of a millisecond on the calling thread; GFLOP/s, an FMA being two.
  double burst();
  double flops_per_burst() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mobilith
