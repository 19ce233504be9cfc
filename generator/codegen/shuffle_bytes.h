// Bytes that are read here and there in a small array of a kernel's own, by shuffles of registers.
#pragma once

#include <string>

namespace llvm {
class Module;
}

namespace mobilith {

// Halide reads such an array byte by byte, of each lane. Where each eight neighbouring lanes, which are then
// widened to 16 bits, read the same 16 bytes, whatever the low four bits of their indices are, one shuffle of
// these 16 does both: x86 with SSSE3, NEON, WebAssembly. The array then needs no memory. Elsewhere nothing
// changes. features: as LLVM takes them.
void shuffle_bytes(llvm::Module&, const std::string& features);

}  // namespace mobilith
