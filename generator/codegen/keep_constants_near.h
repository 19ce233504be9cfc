// A step of LLVM's code generation that it lacks: vectors that stay the same are loaded where they are used.
//
// LLVM loads them ahead of all loops, if many registers are free there. What the ends of a tile need (an
// activation's numbers, the bias) then takes registers all through the loop of its products, and where there
// are 16, the allocator may spill the loop's accumulators and not these: V3 large's 28x28x40 384 us, 218
// without; tiles of 4 x 3, which need all 16, 1.6 times as long (code for znver3 on znver4). Functions that
// spill so are compiled again, with this step, which gives each loop without loops inside its own constants
// and weights ahead of it, and everything else where it is used. Of functions that spill nothing it made some
// slower (stems 1.06). On x86 with 16 vector registers alone.
#pragma once

#include <set>
#include <string>

namespace llvm {
class Pass;
}

namespace mobilith {

using FunctionNames = std::set<std::string, std::less<>>;

// Of a function that keep_constants_near() is to change.
inline constexpr const char* constants_near = "mobilith-constants-near";

// Machine function passes; ownership goes to the caller, as with LLVM's own create...Pass().
// To run before phi elimination, on code in SSA form.
llvm::Pass* keep_constants_near();
// To run before prologues are written: adds the functions where a loop without loops inside has eight FMAs or
// more and stores nothing but spilled registers. names: outlives the pass.
llvm::Pass* find_spilled_sums(FunctionNames& names);

}  // namespace mobilith
