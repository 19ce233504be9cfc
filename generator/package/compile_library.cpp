#include "package/compile_library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/IR/LLVMContext.h>

#include "codegen/compile_kernels.h"
#include "codegen/emit.h"
#include "package/bundled_runtime.h"
#include "package/manifest.h"
#include "package/model_constant.h"
#include "package/weights_file.h"
#include "plan/shared_weights.h"

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

// A caller has one buffer for each output, whatever CPU is found.
void require_equal_ports(const Plan& first, const Plan& other, const std::string& cpu,
                         const std::string& other_cpu) {
  for (size_t i = 0; i < first.outputs.size(); i++)
    if (first.outputs[i].channel_stride != other.outputs[i].channel_stride)
      throw FieldError(
          "outputs-layout",
          fmt::format("{} has {} channels a pixel on {} and {} on {}; expected 'dense', or one CPU",
                      first.outputs[i].name, first.outputs[i].channel_stride, cpu,
                      other.outputs[i].channel_stride, other_cpu));
}

std::vector<Plan> make_plans(const std::vector<CpuTarget>& targets, const Network& network,
                             const Weights& weights, const LibraryOptions& options) {
  std::vector<Plan> plans;
  for (const CpuTarget& target : targets) {
    const ScheduleLookup lookup = options.schedules ? options.schedules(target) : ScheduleLookup();
    Machine machine = target.machine;
    machine.threads = options.threads;
    plans.push_back(make_plan(network, weights, machine, lookup));
    if (options.require_tuned) require_tuned(plans.back(), target.cpu);
    require_equal_ports(plans.front(), plans.back(), targets.front().cpu, target.cpu);
  }
  return plans;
}

std::vector<std::string> compile(const std::vector<CpuTarget>& targets, std::vector<Plan>& plans,
                                 const LibraryOptions& options) {
  std::vector<KernelJob> jobs;
  for (size_t i = 0; i < plans.size(); i++)
    for (PlannedKernel& kernel : plans[i].kernels) jobs.push_back({&kernel, &targets[i]});
  const int kernels = static_cast<int>(jobs.size());
  std::vector<std::string> bitcode = compile_kernels(jobs, options);
  if (options.progress) options.progress({kernels, kernels, "library"});
  return bitcode;
}

std::vector<int> operands_of(const Plan& plan) {
  std::vector<int> operands(plan.kernels.size());
  for (const PlannedStep& step : plan.steps) operands[step.kernel] = static_cast<int>(step.operands.size());
  return operands;
}

}  // namespace

CompiledLibrary compile_library(const Network& network, const Weights& weights,
                                const LibraryOptions& options) {
  const std::vector<CpuTarget> targets = resolve_targets(options);
  std::vector<Plan> plans = make_plans(targets, network, weights, options);
  const std::vector<std::string> bitcode = compile(targets, plans, options);
  const SharedWeights shared = share_weights(plans);

  // Attributes of the module are those of the least capable CPU; each function carries its own.
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(targets.back());
  llvm::LLVMContext context;
  llvm::Module module("library", context);
  module.setDataLayout(machine->createDataLayout());
  module.setTargetTriple(machine->getTargetTriple());
  std::vector<Variant> variants;
  auto next = bitcode.begin();
  for (size_t i = 0; i < targets.size(); i++) {
    const std::vector<std::string> own(next, next + plans[i].kernels.size());
    next += plans[i].kernels.size();
    LinkedKernels kernels =
        link_kernels(module, own, operands_of(plans[i]), function_prefix(targets[i].cpu, targets.size()));
    variants.push_back({targets[i], std::move(plans[i]), std::move(kernels)});
  }
  add_model(module, variants, shared.bytes, network, options);

  CompiledLibrary library;
  library.platform = targets.front().platform;
  for (const CpuTarget& target : targets) library.cpus.push_back(target.cpu);
  StackFrames frames;
  std::vector<ArchiveMember> members{{options.name + ".o", emit_object(module, *machine, &frames)}};
  for (Variant& variant : variants)
    variant.kernels.stack_bytes = stack_bytes(variant.kernels.entries, frames);
  library.inputs = variants.front().plan.inputs, library.outputs = variants.front().plan.outputs;
  library.manifest = manifest(variants, shared, network, weights, options);
  library.bundled = options.bundle_runtime;
  if (options.bundle_runtime)
    members.push_back(
        {"mobilith_runtime.o", runtime_object(library.platform->runtime, machine->getTargetTriple())});
  library.archive = archive(members, *library.platform);
  if (options.weights_in_file) library.weights_file = weights_file(shared.bytes);
  return library;
}

}  // namespace mobilith
