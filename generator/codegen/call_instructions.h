// Calls of functions that are instructions (layout/instructions.h) become these instructions.
#pragma once

#include <string>

namespace llvm {
class Module;
}

namespace mobilith {

// Halide calls such a function once for each lane, with elements of vectors, and puts the results together:
// one instruction for all of them. A call that is part of no vector becomes an instruction of which one lane
// counts. features: as LLVM takes them. Throws CodegenError where the instruction is none of the target's.
void call_instructions(llvm::Module&, const std::string& features);

}  // namespace mobilith
