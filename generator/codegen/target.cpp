#include "codegen/target.h"

#include <fmt/format.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>

#include <span>

#include "codegen/codegen.h"
#include "codegen/cpu_names.h"
#include "codegen/cpu_table.h"

namespace mobilith {

namespace {

std::span<const CpuFeature> feature_table(const llvm::Triple& triple) {
  if (triple.getArch() == llvm::Triple::x86_64) return x86_features;
  if (triple.getArch() == llvm::Triple::aarch64) return aarch64_features;
  throw CodegenError(fmt::format("no kernels for the architecture of {} yet", triple.str()));
}

}  // namespace

std::string CpuTarget::isa() const {
  for (const InstructionSet& set : instruction_sets)
    if ((required & set.bits) == set.bits) return set.name;
  return "sse2";  // all of x86-64
}

CpuTarget resolve_cpu(const std::string& cpu) {
  CpuTarget target;
  const bool host = cpu == "host";
  target.cpu = host ? llvm::sys::getHostCPUName().str() : cpu;
  const llvm::Triple triple = triple_of(target.cpu);
  target.triple = triple.str();
  const std::unique_ptr<llvm::MCSubtargetInfo> info = subtarget(triple, target.cpu);
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
