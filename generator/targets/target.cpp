#include "targets/target.h"

#include <fmt/format.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <ranges>
#include <span>

#include "targets/cpus.h"
#include "targets/errors.h"
#include "targets/instruction_sets.h"
#include "targets/llvm_targets.h"
#include "targets/machine_rules.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

// What an architecture's kernels are made with. Halide's system decides nothing of what we keep of its
// output.
struct Architecture {
  llvm::Triple::ArchType type;
  const char* baseline;
  std::span<const CpuFeature> features;
  std::span<const CpuFeature> byte_features;
  std::span<const CpuFeature> bf16_features;
  std::span<const CpuFeature> f16_features;
  std::span<const ByteProducts> byte_products;
  std::span<const IdentityFeature> identity;
  std::span<const VectorLength> lengths;
  std::span<const InstructionSet> sets;
  Halide::Target::OS system;
  Halide::Target::Arch halide;
  int bits;
  bool features_assumed;  // generic names promise less than every target that we are meant for has
};

const Architecture architectures[] = {
    {.type = llvm::Triple::x86_64,
     .baseline = "x86-64",
     .features = x86_features,
     .byte_features = x86_byte_features,
     .bf16_features = x86_bf16_features,
     .f16_features = {},
     .byte_products = x86_byte_products,
     .identity = x86_identity,
     .lengths = {},
     .sets = x86_sets,
     .system = Halide::Target::Linux,
     .halide = Halide::Target::X86,
     .bits = 64,
     .features_assumed = false},
    {.type = llvm::Triple::aarch64,
     .baseline = "generic",
     .features = aarch64_features,
     .byte_features = aarch64_byte_features,
     .bf16_features = aarch64_bf16_features,
     .f16_features = aarch64_f16_features,
     .byte_products = aarch64_byte_products,
     .identity = aarch64_identity,
     .lengths = {},
     .sets = aarch64_sets,
     .system = Halide::Target::Linux,
     .halide = Halide::Target::ARM,
     .bits = 64,
     .features_assumed = false},
    {.type = llvm::Triple::riscv64,
     .baseline = "generic-rv64",
     .features = riscv_features,
     .byte_features = {},
     .bf16_features = {},
     .f16_features = {},
     .byte_products = riscv_byte_products,
     .identity = {},
     .lengths = riscv_lengths,
     .sets = riscv_sets,
     .system = Halide::Target::Linux,
     .halide = Halide::Target::X86,
     .bits = 64,
     .features_assumed = true},
    {.type = llvm::Triple::wasm32,
     .baseline = "generic",
     .features = wasm_features,
     .byte_features = {},
     .bf16_features = {},
     .f16_features = {},
     .byte_products = wasm_byte_products,
     .identity = {},
     .lengths = {},
     .sets = wasm_sets,
     .system = Halide::Target::WebAssemblyRuntime,
     .halide = Halide::Target::WebAssembly,
     .bits = 32,
     .features_assumed = true},
};

const Architecture& architecture_of(const llvm::Triple& triple) {
  for (const Architecture& row : architectures)
    if (row.type == triple.getArch()) return row;
  throw CodegenError(fmt::format("no kernels for the architecture of {}", triple.str()));
}

const InstructionSet& instruction_set(const Architecture& architecture, uint64_t features) {
  return *std::find_if(architecture.sets.begin(), architecture.sets.end() - 1,
                       [&](const InstructionSet& set) { return (features & set.bits) == set.bits; });
}

std::string checked_name(const std::string& cpu, const Platform& platform) {
  const bool own = same_architecture(platform, host_platform());
  if (cpu.empty() && &platform != &host_platform()) return platform.default_cpu;
  if (cpu.empty() || cpu == "host") {
    if (!own) throw UnknownCpu("cpu", fmt::format("'host' is no CPU for {}", platform.name));
    return llvm::sys::getHostCPUName().str();
  }
  const std::vector<std::string> names = cpu_names(platform);
  if (std::binary_search(names.begin(), names.end(), cpu)) return cpu;
  throw UnknownCpu("cpu", fmt::format("'{}' is no CPU for {}{}{}", cpu, platform.name,
                                      did_you_mean(cpu, names), own ? " ('host' is this machine's)" : ""));
}

void add_features(CpuTarget& target, const Architecture& architecture, const llvm::MCSubtargetInfo& info,
                  bool host, bool bytes, Precision numbers) {
  // A hypervisor may hide what the CPU's name promises.
  const llvm::StringMap<bool> present = host ? llvm::sys::getHostCPUFeatures() : llvm::StringMap<bool>();
  auto has = [&](const std::string& feature) {
    return (info.checkFeatures("+" + feature) || architecture.features_assumed) &&
           (present.empty() || architecture.type != llvm::Triple::x86_64 || present.lookup(feature));
  };
  const auto add = [&](std::span<const CpuFeature> features) {
    for (const CpuFeature& feature : features) {
      if (!has(feature.llvm)) continue;
      target.features += (target.features.empty() ? "+" : ",+") + std::string(feature.llvm);
      target.required |= feature.bit;
      if (feature.halide != unknown_to_halide) target.halide.set_feature(feature.halide);
    }
  };
  add(architecture.features);
  if (bytes) add(architecture.byte_features);
  if (numbers == Precision::bf16) add(architecture.bf16_features);
  // Windows does not say whether a CPU has them.
  if (numbers == Precision::f16 && !info.getTargetTriple().isOSWindows()) add(architecture.f16_features);
  target.identity = target.required;
  for (const IdentityFeature& feature : architecture.identity)
    if (has(feature.llvm)) target.identity |= feature.bit;
}

void add_length(CpuTarget& target, const Architecture& architecture, const llvm::MCSubtargetInfo& info) {
  if (architecture.lengths.empty()) return;
  const VectorLength& length =
      *std::find_if(architecture.lengths.begin(), architecture.lengths.end() - 1,
                    [&](const VectorLength& row) { return info.checkFeatures("+" + std::string(row.llvm)); });
  target.required |= length.bits, target.identity |= length.bits;
  target.features += ",+" + std::string(length.llvm);
}

}  // namespace

namespace {

// Whether an instruction makes floats of numbers of f16.
bool converts_f16(const CpuTarget& target, const Architecture& architecture) {
  return architecture.type == llvm::Triple::aarch64 || (target.required & MOBILITH_CPU_F16C);
}

// Whether an instruction adds products of bf16 to sums of f32.
constexpr uint64_t bf16_bits = MOBILITH_CPU_AVX512BF16 | MOBILITH_CPU_BF16;

void require_numbers(const CpuTarget& target, const Architecture& architecture, Precision numbers) {
  if (numbers == Precision::f16_weights && !converts_f16(target, architecture))
    throw NoSuchNumbers("weights-dtype",
                        fmt::format("{} has no instruction that makes floats of f16 (F16C of x86 and ARMv8 "
                                    "have): expected bf16, which any CPU shifts",
                                    target.cpu));
  if (numbers == Precision::f16 && !converts_f16(target, architecture))
    throw NoSuchNumbers(
        {.field = "dtype",
         .text = fmt::format("{} has no instruction that makes floats of f16 (F16C of x86 and "
                             "ARMv8 have): expected f32, with ",
                             target.cpu),
         .mentioned = "weights-dtype",
         .rest = " bf16 for small weights"});
  if (numbers == Precision::bf16 && !(target.required & bf16_bits))
    throw NoSuchNumbers(
        {.field = "dtype",
         .text = fmt::format("{} has no instruction that adds products of bf16 (AVX512-BF16 has: "
                             "cooperlake, sapphirerapids, znver4 and later; ARM's BF16: neoverse-n2, "
                             "neoverse-v1, apple-m2 and later): expected f32, with ",
                             target.cpu),
         .mentioned = "weights-dtype",
         .rest = " bf16 for small weights"});
}

void set_numbers(CpuTarget& target, const Architecture& architecture, Precision numbers) {
  require_numbers(target, architecture, numbers);
  Machine& machine = target.machine;
  machine.bf16_products = numbers == Precision::bf16;
  machine.f16_products = numbers == Precision::f16;
  machine.f16_elements = machine.f16_products && (target.required & MOBILITH_CPU_FHM);
  machine.bf16_weights = numbers == Precision::bf16_weights;
  machine.f16_weights = numbers == Precision::f16_weights;
  const bool f16 = machine.f16_weights || machine.f16_products;
  // ARMv8's conversion; Halide computes nothing else of f16.
  if (f16 && architecture.type == llvm::Triple::aarch64) target.halide.set_feature(Halide::Target::ARMFp16);
  // Pairs' weights are scaled (plan/pairing.h), and f16 would lose bits.
  if (f16 || machine.bf16_products) machine.pair_vectors = 0;
  // Widened weights want registers, and of 16 pairs leave none: 18 of a step's values went to the stack.
  if (machine.bf16_weights && pairs_in_few_registers(machine)) machine.pair_vectors = 0;
}

}  // namespace

std::string CpuTarget::isa() const {
  return instruction_set(architecture_of(llvm::Triple(platform->triple)), required).name;
}

CpuTarget resolve_cpu(const std::string& cpu, const std::string& platform_name, Products products, bool bytes,
                      Precision numbers) {
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
  add_features(target, architecture, *info, target.native() && (cpu.empty() || cpu == "host"), bytes,
               numbers);
  add_length(target, architecture, *info);
  const InstructionSet& set = instruction_set(architecture, target.required);
  for (const Halide::Target::Feature feature : set.halide)
    if (feature != unknown_to_halide) target.halide.set_feature(feature);
  target.vector_bits = set.vectors.bits;
  target.machine = machine_of(set.vectors, cpu_facts(target.cpu), products);
  if (bytes)
    for (const ByteProducts& row : architecture.byte_products | std::views::reverse)
      if ((target.required & row.bits) == row.bits)
        target.machine.byte_group = row.group, target.machine.wide_products = row.wide,
        target.machine.byte_elements = row.elements, target.machine.like_signs = row.like_signs,
        target.machine.byte_pairs = row.pairs;
  set_numbers(target, architecture, numbers);
  target.machine.half_vectors =
      target.machine.bf16_products && halves_vectors(set.vectors, cpu_facts(target.cpu));
  return target;
}

uint64_t instructions_here() {
  const uint64_t bytes = resolve_cpu("host", "", Products::automatic, true).required;
  try {
    return bytes | resolve_cpu("host", "", Products::automatic, false, Precision::bf16).required;
  } catch (const NoSuchNumbers&) {
    return bytes;
  }
}

}  // namespace mobilith
