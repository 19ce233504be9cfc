// One kernel from Halide to LLVM bitcode.
#pragma once

#include <filesystem>
#include <functional>

#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith {

// The name of the one function in the bitcode that a caller needs.
inline constexpr const char* kernel_symbol = "mobilith_kernel";

// Writes the bitcode to `path`. Throws CodegenError. Halide keeps process-wide counters that show in names:
// for equal bytes, each call needs a process in which Halide has not been used (compile_kernels.h).
// prepare: called with the scheduled pipeline's output before it is compiled, e.g. to add lowering passes.
void write_bitcode(const PlannedKernel&, const CpuTarget&, const std::filesystem::path& path,
                   const std::function<void(Halide::Func&)>& prepare = {});

}  // namespace mobilith
