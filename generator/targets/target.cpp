#include "targets/target.h"

#include <fmt/format.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <span>

#include "targets/cpu_table.h"
#include "targets/errors.h"
#include "targets/llvm_targets.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

// What an architecture's kernels are made with. Halide's system decides nothing of what we keep of its
// output. RISC-V: Halide's own code runs on vectors of one length alone. Asked for x86 it writes vectors of
// fixed size and nothing that only x86 has (link_kernels.cpp looks), which LLVM puts into vectors of any
// length from there up.
struct Architecture {
  llvm::Triple::ArchType type;
  const char* baseline;
  std::span<const CpuFeature> features;
  std::span<const IdentityFeature> identity;
  Halide::Target::OS system;
  Halide::Target::Arch halide;
  int bits;
  const char* least_isa;
};

const Architecture architectures[] = {
    {llvm::Triple::x86_64, "x86-64", x86_features, x86_identity, Halide::Target::Linux, Halide::Target::X86,
     64, "sse2"},
    {llvm::Triple::aarch64, "generic", aarch64_features, aarch64_identity, Halide::Target::Linux,
     Halide::Target::ARM, 64, "neon"},
    {llvm::Triple::riscv64,
     "generic-rv64",
     riscv_features,
     {},
     Halide::Target::Linux,
     Halide::Target::X86,
     64,
     "rvv"},
    {llvm::Triple::wasm32,
     "generic",
     wasm_features,
     {},
     Halide::Target::WebAssemblyRuntime,
     Halide::Target::WebAssembly,
     32,
     "simd128"},
};

const Architecture& architecture_of(const llvm::Triple& triple) {
  for (const Architecture& row : architectures)
    if (row.type == triple.getArch()) return row;
  throw CodegenError(fmt::format("no kernels for the architecture of {}", triple.str()));
}

// Generic names promise less than every target that we are meant for has.
bool assumed(const Architecture& architecture) {
  return architecture.type == llvm::Triple::riscv64 || architecture.type == llvm::Triple::wasm32;
}

std::string checked_name(const std::string& cpu, const Platform& platform) {
  const bool own = same_architecture(platform, host_platform());
  if (cpu.empty() && &platform != &host_platform()) return platform.default_cpu;
  if (cpu.empty() || cpu == "host") {
    if (!own) throw UnknownCpu(fmt::format("--cpu: 'host' is no CPU for {}", platform.name));
    return llvm::sys::getHostCPUName().str();
  }
  const std::vector<std::string> names = cpu_names(platform);
  if (std::binary_search(names.begin(), names.end(), cpu)) return cpu;
  throw UnknownCpu(fmt::format("--cpu: '{}' is no CPU for {}{}{}", cpu, platform.name,
                               did_you_mean(cpu, names), own ? " ('host' is this machine's)" : ""));
}

void add_features(CpuTarget& target, const Architecture& architecture, const llvm::MCSubtargetInfo& info,
                  bool host) {
  // A hypervisor may hide what the CPU's name promises.
  const llvm::StringMap<bool> present = host ? llvm::sys::getHostCPUFeatures() : llvm::StringMap<bool>();
  auto has = [&](const std::string& feature) {
    return (info.checkFeatures("+" + feature) || assumed(architecture)) &&
           (present.empty() || architecture.type != llvm::Triple::x86_64 || present.lookup(feature));
  };
  for (const CpuFeature& feature : architecture.features) {
    if (!has(feature.llvm)) continue;
    target.features += (target.features.empty() ? "+" : ",+") + std::string(feature.llvm);
    target.required |= feature.bit;
    if (feature.halide != unknown_to_halide) target.halide.set_feature(feature.halide);
  }
  target.identity = target.required;
  for (const IdentityFeature& feature : architecture.identity)
    if (has(feature.llvm)) target.identity |= feature.bit;
}

void add_vectors(CpuTarget& target, const Architecture& architecture, const llvm::MCSubtargetInfo& info) {
  Machine& machine = target.machine;
  machine.registers = 32, machine.broadcast_operand = true;
  if (architecture.type == llvm::Triple::riscv64) {
    const auto* vectors =
        std::find_if(std::begin(riscv_vectors), std::end(riscv_vectors) - 1,
                     [&](const auto& v) { return info.checkFeatures("+" + std::string(v.llvm)); });
    target.vector_bits = vectors->bits;
    target.required |= vectors->bit, target.identity |= vectors->bit;
    target.features += ",+" + std::string(vectors->llvm);
    if (vectors->bits == 256) target.halide.set_feature(Halide::Target::AVX);
    if (vectors->bits == 512)
      target.halide.set_features({Halide::Target::AVX512, Halide::Target::AVX512_Skylake});
  } else if (target.isa() == "avx512") {
    target.halide.set_features({Halide::Target::AVX512, Halide::Target::AVX512_Skylake});
    target.vector_bits = 512;
  } else if (architecture.type != llvm::Triple::aarch64) {
    if (target.required & MOBILITH_CPU_AVX) target.vector_bits = 256;
    machine.registers = 16, machine.broadcast_operand = false;
  }
  machine.lanes = target.vector_bits / 32;
}

int pair_vectors(Products products, const CpuTarget& target) {
  const auto* row = std::find_if(std::begin(paired_cpus), std::end(paired_cpus), [&](const PairedCpu& row) {
    return row.cpu == target.cpu && target.isa() == "avx512";
  });
  const bool gains = row != std::end(paired_cpus);
  if (products == Products::direct || (products == Products::automatic && !gains)) return 0;
  return gains ? row->vectors : 1;
}

}  // namespace

std::string CpuTarget::isa() const {
  for (const InstructionSet& set : instruction_sets)
    if ((required & set.bits) == set.bits) return set.name;
  return architecture_of(llvm::Triple(platform->triple)).least_isa;
}

CpuTarget resolve_cpu(const std::string& cpu, const std::string& platform_name, Products products) {
  CpuTarget target;
  target.platform = !platform_name.empty()         ? &platform(platform_name)
                    : cpu.empty() || cpu == "host" ? &host_platform()
                                                   : &platform_of_cpu(cpu);
  target.cpu = checked_name(cpu, *target.platform);
  const llvm::Triple triple(target.platform->triple);
  const Architecture& architecture = architecture_of(triple);
  target.baseline = architecture.baseline;
  target.halide = Halide::Target(architecture.system, architecture.halide, architecture.bits,
                                 {Halide::Target::NoRuntime, Halide::Target::NoAsserts,
                                  Halide::Target::NoBoundsQuery, Halide::Target::UserContext});
  const std::unique_ptr<llvm::MCSubtargetInfo> info = subtarget(triple, target.cpu);
  add_features(target, architecture, *info, target.native() && (cpu.empty() || cpu == "host"));
  add_vectors(target, architecture, *info);
  target.machine.pair_vectors = pair_vectors(products, target);
  target.machine.streams =
      std::find(std::begin(streaming_cpus), std::end(streaming_cpus), target.cpu) != std::end(streaming_cpus);
  for (const CpuCaches& caches : cpu_caches)
    if (std::string_view(target.cpu).starts_with(caches.prefix)) {
      target.machine.l1 = caches.l1, target.machine.l2 = caches.l2;
      break;
    }
  return target;
}

}  // namespace mobilith
