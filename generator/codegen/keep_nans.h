// What is not a number stays so.
#pragma once

namespace llvm {
class Module;
}

namespace mobilith {

// Halide promises LLVM that no value is NaN or infinite, and takes minima and maxima that drop a NaN. Takes
// the promises back, and makes every minimum and maximum with a constant give NaN for NaN. (Of two variables
// it may give either.) A NaN turned into an integer is any integer, not undefined behaviour.
void keep_nans(llvm::Module&);

}  // namespace mobilith
