#include "codegen/cpu_names.h"

#include <fmt/format.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "codegen/codegen.h"
#include "codegen/foreign_architecture.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

void initialise_targets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
  });
}

llvm::Triple host_triple() { return llvm::Triple(llvm::sys::getDefaultTargetTriple()); }

// The host's first.
std::vector<llvm::Triple> triples() {
  std::vector<llvm::Triple> all{host_triple()};
  for (const ForeignArchitecture& other : foreign_architectures)
    if (foreign_architecture(other.triple)) all.emplace_back(other.triple);
  return all;
}

std::vector<std::string> names_of(const llvm::Triple& triple) {
  std::vector<std::string> names;
  for (const llvm::SubtargetSubTypeKV& cpu : subtarget(triple, "")->getAllProcessorDescriptions())
    if (triple.getArch() != llvm::Triple::x86_64 || subtarget(triple, cpu.Key)->checkFeatures("+64bit"))
      names.emplace_back(cpu.Key);
  return names;
}

}  // namespace

const ForeignArchitecture* foreign_architecture(const std::string& triple) {
  const auto architecture = llvm::Triple(triple).getArch();
  if (architecture == host_triple().getArch()) return nullptr;
  for (const ForeignArchitecture& other : foreign_architectures)
    if (llvm::Triple(other.triple).getArch() == architecture) return &other;
  throw CodegenError(fmt::format("no kernels for the architecture of {} yet", triple));
}

std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const llvm::Triple& triple, const std::string& cpu) {
  initialise_targets();
  std::string message;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target) throw CodegenError(fmt::format("LLVM has no target for {}: {}", triple.str(), message));
  return std::unique_ptr<llvm::MCSubtargetInfo>(target->createMCSubtargetInfo(triple, cpu, ""));
}

llvm::Triple triple_of(const std::string& cpu) {
  for (const llvm::Triple& triple : triples()) {
    const std::vector<std::string> names = names_of(triple);
    if (std::find(names.begin(), names.end(), cpu) != names.end()) return triple;
  }
  throw UnknownCpu(fmt::format("--cpu: unknown CPU '{}'{} ('host' is this machine's)", cpu,
                               did_you_mean(cpu, cpu_names())));
}

std::vector<std::string> cpu_names() {
  std::vector<std::string> names;
  for (const llvm::Triple& triple : triples())
    for (std::string& name : names_of(triple)) names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void check_cpu(const std::string& cpu) {
  if (cpu != "host") triple_of(cpu);
}

}  // namespace mobilith
