#include "codegen/target.h"

#include <fmt/format.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <mutex>
#include <span>

#include "codegen/codegen.h"
#include "codegen/cpu_table.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

const llvm::Target& native_target(const llvm::Triple& triple) {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  std::string message;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target) throw CodegenError(fmt::format("LLVM has no target for {}: {}", triple.str(), message));
  return *target;
}

std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const std::string& cpu) {
  const llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  return std::unique_ptr<llvm::MCSubtargetInfo>(native_target(triple).createMCSubtargetInfo(triple, cpu, ""));
}

void require_known(const std::string& cpu) {
  const std::vector<std::string> names = cpu_names();
  if (!std::binary_search(names.begin(), names.end(), cpu))
    throw UnknownCpu(
        fmt::format("--cpu: unknown CPU '{}'{} ('host' is this machine's)", cpu, did_you_mean(cpu, names)));
}

std::span<const CpuFeature> feature_table(const llvm::Triple& triple) {
  if (triple.getArch() == llvm::Triple::x86_64) return x86_features;
  if (triple.getArch() == llvm::Triple::aarch64) return aarch64_features;
  throw CodegenError(fmt::format("no kernels for the architecture of {} yet", triple.str()));
}

}  // namespace

std::vector<std::string> cpu_names() {
  const llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  std::vector<std::string> names;
  for (const llvm::SubtargetSubTypeKV& cpu : subtarget("")->getAllProcessorDescriptions()) {
    const std::unique_ptr<llvm::MCSubtargetInfo> info = subtarget(cpu.Key);
    if (triple.getArch() != llvm::Triple::x86_64 || info->checkFeatures("+64bit"))
      names.emplace_back(cpu.Key);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_cpu(const std::string& cpu) {
  if (cpu != "host") require_known(cpu);
}

std::string CpuTarget::isa() const {
  for (const InstructionSet& set : instruction_sets)
    if ((required & set.bits) == set.bits) return set.name;
  return "sse2";  // all of x86-64
}

CpuTarget resolve_cpu(const std::string& cpu) {
  CpuTarget target;
  const llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  const bool host = cpu == "host";
  target.cpu = host ? llvm::sys::getHostCPUName().str() : cpu;
  target.triple = triple.str();
  require_known(target.cpu);
  const std::unique_ptr<llvm::MCSubtargetInfo> info = subtarget(target.cpu);
  // A hypervisor may hide what the CPU's name promises.
  const llvm::StringMap<bool> present = host ? llvm::sys::getHostCPUFeatures() : llvm::StringMap<bool>();
  const bool x86 = triple.getArch() == llvm::Triple::x86_64;
  target.halide = Halide::Target(Halide::Target::Linux, x86 ? Halide::Target::X86 : Halide::Target::ARM, 64,
                                 {Halide::Target::NoRuntime, Halide::Target::NoAsserts,
                                  Halide::Target::NoBoundsQuery, Halide::Target::UserContext});
  for (const CpuFeature& feature : feature_table(triple)) {
    if (!info->checkFeatures("+" + std::string(feature.llvm))) continue;
    if (host && x86 && !present.lookup(feature.llvm)) continue;
    target.features += (target.features.empty() ? "+" : ",+") + std::string(feature.llvm);
    target.required |= feature.bit;
    if (feature.halide != unknown_to_halide) target.halide.set_feature(feature.halide);
  }
  if (target.isa() == "avx512") {
    target.halide.set_features({Halide::Target::AVX512, Halide::Target::AVX512_Skylake});
    target.vector_bits = 512;
  } else if (target.required & MOBILITH_CPU_AVX) {
    target.vector_bits = 256;
  }
  target.machine.lanes = target.vector_bits / 32;
  target.machine.registers = target.vector_bits == 512 || !x86 ? 32 : 16;
  target.machine.broadcast_operand = target.vector_bits == 512 || !x86;
  for (const CpuCaches& caches : cpu_caches)
    if (std::string_view(target.cpu).starts_with(caches.prefix)) {
      target.machine.l1 = caches.l1, target.machine.l2 = caches.l2;
      break;
    }
  return target;
}

}  // namespace mobilith
