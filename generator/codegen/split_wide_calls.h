// Instructions of 512 bits for CPUs that have the same in 256.
#pragma once

#include "targets/target.h"

namespace llvm {
class Module;
}

namespace mobilith {

// Halide knows the product of four bytes (vpdpbusd) of AVX-512 alone, so that it is told that a CPU with
// AVX-VNNI has AVX-512. Of vectors that are longer than the CPU's, what it then calls becomes two calls.
// Throws CodegenError where the CPU has no such instruction.
void split_wide_calls(llvm::Module&, const CpuTarget&);

}  // namespace mobilith
