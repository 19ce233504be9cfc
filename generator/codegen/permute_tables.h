// Tables of 256 bytes, read for a whole vector by shuffles.
#pragma once

#include <string>

namespace llvm {
class Module;
}

namespace mobilith {

// Halide reads a table byte by byte, of each lane. On x86 with AVX512-VBMI 64 lanes, whose indices are bytes,
// become two permutations of two registers each and a selection: what the kernels' tables hold is 256 bytes.
// Elsewhere nothing changes. features: as LLVM takes them.
void permute_tables(llvm::Module&, const std::string& features);

}  // namespace mobilith
