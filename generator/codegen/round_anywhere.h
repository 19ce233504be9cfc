// Roundings to whole numbers, free of the instructions of one architecture.
#pragma once

namespace llvm {
class Module;
}

namespace mobilith {

// Halide, asked for x86, rounds floats by x86's instructions. In code for others (RISC-V's long vectors are
// written as x86's, targets/instruction_sets.h) such a call becomes LLVM's rounding of any vector. Code for
// x86 stays as it is, and so does a rounding that its call does not name by a constant.
void round_anywhere(llvm::Module&);

}  // namespace mobilith
