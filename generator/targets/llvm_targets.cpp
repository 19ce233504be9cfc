#include "targets/llvm_targets.h"

#include <fmt/format.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/AArch64TargetParser.h>

#include <mutex>

#include "targets/errors.h"

#define MOBILITH_INITIALISE(architecture)     \
  LLVMInitialize##architecture##TargetInfo(); \
  LLVMInitialize##architecture##Target();     \
  LLVMInitialize##architecture##TargetMC();   \
  LLVMInitialize##architecture##AsmPrinter(); \
  LLVMInitialize##architecture##AsmParser();  \
  LLVMInitialize##architecture##Disassembler();

namespace mobilith {

void initialise_llvm() {
  static std::once_flag once;
  std::call_once(once, [] {
    MOBILITH_INITIALISE(X86)
    MOBILITH_INITIALISE(AArch64)
    MOBILITH_INITIALISE(RISCV)
    MOBILITH_INITIALISE(WebAssembly)
    LLVMInitializeX86TargetMCA();
    LLVMInitializeRISCVTargetMCA();
  });
}

const llvm::Target& llvm_target(const llvm::Triple& triple) {
  initialise_llvm();
  std::string message;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target) throw CodegenError(fmt::format("LLVM has no target for {}: {}", triple.str(), message));
  return *target;
}

std::unique_ptr<llvm::MCSubtargetInfo> subtarget(const llvm::Triple& triple, const std::string& cpu) {
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      llvm_target(triple).createMCSubtargetInfo(triple, main_name(triple, cpu), ""));
}

std::string main_name(const llvm::Triple& triple, const std::string& cpu) {
  return triple.isAArch64() ? llvm::AArch64::resolveCPUAlias(cpu).str() : cpu;
}

std::vector<std::string> llvm_cpu_names(const llvm::Triple& triple) {
  std::vector<std::string> names;
  const std::unique_ptr<llvm::MCSubtargetInfo> info = subtarget(triple, "");
  for (const llvm::SubtargetSubTypeKV& cpu : info->getAllProcessorDescriptions()) names.emplace_back(cpu.Key);
  if (!triple.isAArch64()) return names;
  llvm::SmallVector<llvm::StringRef, 128> all;
  llvm::AArch64::fillValidCPUArchList(all);
  for (const llvm::StringRef name : all)
    if (main_name(triple, name.str()) != name) names.push_back(name.str());
  return names;
}

bool can_run_kernels(const llvm::MCSubtargetInfo& info) {
  const llvm::Triple& triple = info.getTargetTriple();
  if (triple.getArch() == llvm::Triple::x86_64) return info.checkFeatures("+64bit");
  if (triple.getArch() == llvm::Triple::riscv64)
    return info.checkFeatures("+64bit") && (info.checkFeatures("+v") || info.getCPU() == "generic-rv64");
  return true;
}

}  // namespace mobilith
