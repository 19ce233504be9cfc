// Code with a line table is the code without one.
#pragma once

namespace llvm {
class Pass;
}

namespace mobilith {

// A machine function pass, to run behind the one that writes prologues: removes notes for unwinders.
// Ownership goes to the caller. A module with a line table (inspect/loop_lines.h) gets them, though its
// functions have no unwind table, and AArch64's later passes do not merge or move what has such a note beside
// it: the kernel would be another than the library's. Libraries have none, so that nothing changes there.
llvm::Pass* drop_cfi();

}  // namespace mobilith
