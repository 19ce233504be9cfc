// What a library is compiled for.
#pragma once

#include <string>
#include <vector>

#include "targets/numbers.h"
#include "targets/products.h"

namespace mobilith {

struct CpuTarget;

struct TargetOptions {
  std::string target;             // a platform as platform() takes it; empty: the CPU's, this machine's
  std::vector<std::string> cpus;  // as resolve_cpu() takes them; empty: one, the platform's default
  Products products = Products::automatic;  // for each of the CPUs
  Precision numbers = Precision::f32;       // for each of them, of kernels of floats
  bool bytes = false;  // of a quantised network: its kernels use what the CPU has for bytes
};

// The targets that options name, the one to prefer first: wider vectors, then more features. Throws
// UnknownTarget, UnknownCpu, NoSuchNumbers: for a check before the long work.
std::vector<CpuTarget> resolve_targets(const TargetOptions&);

}  // namespace mobilith
