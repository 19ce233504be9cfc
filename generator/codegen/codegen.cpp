#include "codegen/codegen.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codegen/compile_kernels.h"
#include "codegen/emit.h"
#include "codegen/link_kernels.h"
#include "codegen/manifest.h"
#include "codegen/model_constant.h"

namespace mobilith {

namespace {

void require_tuned(const Plan& plan, const std::string& cpu) {
  std::vector<std::string> missing;
  for (const PlannedKernel& kernel : plan.kernels)
    if (kernel.schedule_source == default_source) missing.push_back(kernel.name);
  if (!missing.empty())
    throw NotTuned(fmt::format("{} of {} kernels have no tuned schedule for {}: {}", missing.size(),
                               plan.kernels.size(), cpu, fmt::join(missing, ", ")));
}

}  // namespace

CompiledLibrary compile_library(const Network& network, const Weights& weights,
                                const LibraryOptions& options) {
  const CpuTarget target = resolve_cpu(options.cpu);
  const Plan plan = make_plan(network, weights, target.machine, !options.logits, options.schedules);
  if (options.require_tuned) require_tuned(plan, target.cpu);
  const std::vector<std::string> bitcode = compile_kernels(plan, target, options);

  std::vector<int> operands(plan.kernels.size());
  for (const PlannedStep& step : plan.steps) operands[step.kernel] = static_cast<int>(step.operands.size());
  const int kernels = static_cast<int>(plan.kernels.size());
  if (options.progress) options.progress({kernels, kernels, "library"});
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target);
  llvm::LLVMContext context;
  LinkedKernels linked = link_kernels(context, bitcode, operands, machine->createDataLayout(), target);
  add_model(linked, plan, network, target, options);
  CompiledLibrary library;
  library.manifest = manifest(linked, plan, network, weights, target, options);
  library.archive = emit_archive(*linked.module, *machine, options.name + ".o");
  library.cpu = target.cpu;
  library.triple = target.triple;
  return library;
}

}  // namespace mobilith
