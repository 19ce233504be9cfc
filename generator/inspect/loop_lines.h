// A line table of loops: Halide names the block that heads a loop after it ("3_for_output.s0.x.xo#7").
#pragma once

#include <llvm/IR/Module.h>

#include <string>

namespace mobilith::inspect {

// bitcode: of one kernel, its loops numbered (loop_nest.h). The same with debug locations: line n + 1 for
// what is directly in loop n. Throws InspectError.
std::string with_loop_lines(const std::string& bitcode);

// Restores in a closed kernel (codegen/close_kernel.h) what LLVM asks of a module with debug locations, and
// gives the entry, which was made since, a place in it.
void complete_lines(llvm::Module&, llvm::Function& entry);

}  // namespace mobilith::inspect
