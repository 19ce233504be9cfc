#include "codegen/link_kernels.h"

#include <fmt/format.h>
#include <llvm/Linker/Linker.h>

#include <algorithm>
#include <cctype>

#include "codegen/close_kernel.h"
#include "targets/errors.h"

namespace mobilith {

namespace {

// entry_symbol becomes `entry` in the names of all that the kernel defines.
void rename(llvm::Module& module, const std::string& entry) {
  for (llvm::GlobalValue& value : module.global_values())
    if (!value.isDeclaration())
      value.setName(entry + value.getName().substr(llvm::StringRef(entry_symbol).size()).str());
}

}  // namespace

std::string function_prefix(const std::string& cpu, size_t cpus) {
  if (cpus == 1) return "";
  std::string prefix = cpu + ".";
  for (char& letter : prefix)
    if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '.') letter = '_';
  return prefix;
}

LinkedKernels link_kernels(llvm::Module& into, const std::vector<std::string>& closed,
                           const std::vector<int>& operands, const std::string& prefix) {
  LinkedKernels linked;
  llvm::Linker linker(into);
  for (size_t i = 0; i < closed.size(); i++) {
    std::unique_ptr<llvm::Module> module = read_kernel(into.getContext(), closed[i]);
    const KernelFacts facts = kernel_facts(*module);
    const std::string entry = fmt::format("{}k{}", prefix, i);
    if (facts.operands != operands[i])
      throw CodegenError(
          fmt::format("{}: {} operands where {} were planned", entry, facts.operands, operands[i]));
    linked.scratch_bytes = std::max(linked.scratch_bytes, facts.kernel_bytes + facts.task_bytes);
    linked.worker_bytes = std::max(linked.worker_bytes, facts.task_bytes);
    drop_facts(*module);
    rename(*module, entry);
    if (linker.linkInModule(std::move(module))) throw CodegenError("LLVM can't link a kernel's bitcode");
    linked.entries.push_back(into.getFunction(entry));
    linked.entries.back()->setLinkage(llvm::Function::InternalLinkage);
  }
  return linked;
}

}  // namespace mobilith
