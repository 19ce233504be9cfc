#include "inspect/named_code.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/LLVMContext.h>

#include <regex>

#include "codegen/emit.h"
#include "codegen/halide_bitcode.h"
#include "codegen/link_kernels.h"
#include "inspect/loop_lines.h"
#include "process/files.h"
#include "schedules/kernel_types.h"

namespace mobilith::inspect {

namespace fs = std::filesystem;

namespace {

// What a library's table of steps is to its kernels: something outside that points to them.
void keep_entries(llvm::Module& module, const std::vector<llvm::Function*>& entries) {
  const std::vector<llvm::Constant*> pointers(entries.begin(), entries.end());
  auto* type = llvm::ArrayType::get(llvm::PointerType::getUnqual(module.getContext()), pointers.size());
  new llvm::GlobalVariable(module, type, true, llvm::GlobalValue::ExternalLinkage,
                           llvm::ConstantArray::get(type, pointers), "entries");
}

}  // namespace

NamedCode named_code(const PlannedKernel& kernel, const CpuTarget& target, const Disassembler& disassembler,
                     const fs::path& scratch, const Machine* caches) {
  NamedCode named;
  const fs::path file = scratch / "named.bc";
  write_bitcode(kernel, target, file, [&](Halide::Func& output) {
    report_loops(output, caches ? *caches : target.machine, named.nest);
  });
  const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target);
  const BuiltKernel built = kernel_type(kernel.type).build(kernel.shape, kernel.schedule, target.machine);
  const int operands = static_cast<int>(built.arguments.size()) + 1;
  llvm::LLVMContext context;
  llvm::Module module("named", context);
  module.setDataLayout(machine->createDataLayout());
  module.setTargetTriple(machine->getTargetTriple());
  const LinkedKernels linked =
      link_kernels(module, {with_loop_lines(read_bytes(file).value_or(""))}, {operands}, target, "");
  complete_lines(module, linked.entries);
  keep_entries(module, linked.entries);
  const std::string bytes = archive({{"named.o", emit_object(module, *machine)}}, *target.platform);
  named.functions = kernel_functions(bytes, disassembler);
  return named;
}

bool same_code(const std::vector<Instruction>& a, const std::vector<Instruction>& b) {
  if (a.size() != b.size()) return false;
  if (a.empty()) return true;
  static const std::regex distance("rip( [+-] \\d+)?|#?-?\\b\\d+$|0x[0-9a-f]+$");
  for (size_t i = 0; i < a.size(); i++) {
    if (a[i].mnemonic != b[i].mnemonic || a[i].size != b[i].size) return false;
    if (a[i].operands == b[i].operands) continue;
    // A jump: to the same place in the function.
    if (a[i].target && b[i].target && a[i].target - a[0].address == b[i].target - b[0].address) continue;
    const bool relative = a[i].operands.find("rip") != std::string::npos ||
                          a[i].mnemonic.starts_with("call") || a[i].mnemonic == "bl" ||
                          a[i].mnemonic.starts_with("adr");
    if (!relative ||
        std::regex_replace(a[i].operands, distance, "") != std::regex_replace(b[i].operands, distance, ""))
      return false;
  }
  return true;
}

}  // namespace mobilith::inspect
