// The most multiply-adds that this core can do: what a share of peak is a share of. Of floats by FMAs; paired
// products do three of them by two FMAs and two additions (products/winograd.h): such kernels can have more
// than 100 %. Of bytes by the instructions that kernels have (Machine::byte_group).
#pragma once

#include <memory>

namespace mobilith {

// Independent chains of multiply-adds on whole vectors, compiled for exactly this width. Not thread-safe.
class PeakMeter {
 public:
  // vector_bits: 128, 256 or 512; the host must have them. byte_group: 0: FMAs; else products of bytes with
  // sums in 32 bits: 4: four by one instruction (vpdpbusd), 2: two of 16 bits and an addition (pmaddwd), 1:
  // one of 32 bits and an addition. Throws LoadError.
  explicit PeakMeter(int vector_bits, int byte_group = 0);
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
