// Kernels to closed bitcode (close_kernel.h), several at a time, each in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "codegen/compile_options.h"
#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith {

struct KernelJob {
  PlannedKernel* kernel;  // gets the default schedule where its own can't be compiled: CompileOptions
  const CpuTarget* target;
};

// The bitcode of each kernel, in order. Takes from and adds to the cache where `options.cache`.
// Children are forked before Halide is used here (equal bytes, and a crash of the compiler is an error of one
// kernel); none outlives the call, whatever is thrown, by `options.progress` too. Call it with no other
// thread running. Throws CodegenError.
std::vector<std::string> compile_kernels(const std::vector<KernelJob>&, const CompileOptions& options);

}  // namespace mobilith
