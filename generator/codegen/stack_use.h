// How much of a thread's stack compiled kernels take.
#pragma once

#include <llvm/IR/Function.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace llvm {
class Pass;
}

namespace mobilith {

// The most bytes that a call of each function, by name, takes of the stack, those of its callees not counted.
using StackFrames = std::map<std::string, int64_t>;

// A machine function pass, to run once frames are laid out; changes nothing. Ownership goes to the caller.
llvm::Pass* measure_frames(StackFrames&);

// The manifest's stack_bytes: what a thread needs that runs one of the entries, or any function that one
// hands to others: their deepest chain of frames, and 16 KB for the thread's own bookkeeping, the runtime and
// the C library; rounded up to pages. Frames: of a module that has been compiled. Throws CodegenError where
// there is no bound.
int64_t stack_bytes(const std::vector<llvm::Function*>& entries, const StackFrames&);

}  // namespace mobilith
