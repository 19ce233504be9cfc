// A step of LLVM's code generation that it lacks: an FMA whose addend ends there overwrites the addend, not a
// factor.
#pragma once

namespace llvm {
class Pass;
}

namespace mobilith {

// A machine function pass, to run between phi elimination and the two-address form. Ownership goes to the
// caller, as with LLVM's own create...Pass().
//
// LLVM's x86 backend lets an FMA overwrite its first factor where that ends with the FMA. In loops whose
// factors are sums of the moment (products/winograd.h), an accumulator then wanders from register to
// register, and the allocator spills accumulators though registers suffice: 12 in a loop of 20, none
// afterwards. On other CPUs the pass changes nothing.
llvm::Pass* accumulate_in_place();

}  // namespace mobilith
