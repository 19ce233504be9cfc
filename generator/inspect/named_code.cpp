#include "inspect/named_code.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/LLVMContext.h>

#include <map>
#include <regex>

#include "codegen/close_kernel.h"
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

// Aligns a loop. How many do depends on where the function begins, where loops are aligned to more than
// functions (AArch64).
bool is_padding(const Instruction& instruction) { return instruction.mnemonic == "nop"; }

// A function's instructions without padding.
struct Unpadded {
  explicit Unpadded(const std::vector<Instruction>& function) {
    for (const Instruction& instruction : function) {
      places[instruction.address] = code.size();
      if (!is_padding(instruction)) code.push_back(&instruction);
    }
  }

  // Where a jump leads: the number of an instruction, or, outside, the distance from the function's begin.
  std::pair<bool, uint64_t> place(uint64_t address) const {
    const auto found = places.find(address);
    if (found != places.end()) return {true, found->second};
    return {false, address - places.begin()->first};
  }

  std::vector<const Instruction*> code;
  std::map<uint64_t, size_t> places;  // by address
};

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
  const std::unique_ptr<llvm::Module> closed =
      closed_kernel(context, with_loop_lines(read_bytes(file).value_or("")), target);
  complete_lines(*closed, *closed->getFunction(entry_symbol));
  const LinkedKernels linked = link_kernels(module, {optimised_bitcode(*closed, target)}, {operands}, "");
  keep_entries(module, linked.entries);
  const std::string bytes = archive({{"named.o", emit_object(module, *machine)}}, *target.platform);
  named.functions = kernel_functions(bytes, disassembler);
  return named;
}

bool same_code(const std::vector<Instruction>& a, const std::vector<Instruction>& b) {
  const Unpadded first(a), second(b);
  if (first.code.size() != second.code.size()) return false;
  static const std::regex distance("rip( [+-] \\d+)?|#?-?\\b\\d+$|0x[0-9a-f]+$");
  for (size_t i = 0; i < first.code.size(); i++) {
    const Instruction &one = *first.code[i], &other = *second.code[i];
    if (one.mnemonic != other.mnemonic || one.size != other.size) return false;
    if (one.operands == other.operands && !one.target && !other.target) continue;
    if (one.target && other.target && first.place(one.target) == second.place(other.target)) continue;
    const bool relative = one.operands.find("rip") != std::string::npos || one.mnemonic.starts_with("call") ||
                          one.mnemonic == "bl" || one.mnemonic.starts_with("adr");
    if (!relative ||
        std::regex_replace(one.operands, distance, "") != std::regex_replace(other.operands, distance, ""))
      return false;
  }
  return true;
}

std::vector<int> lines_of(const std::vector<Instruction>& code, const KernelFunction& twin) {
  const Unpadded twins(twin.code);
  std::vector<int> lines;
  size_t next = 0;
  for (const Instruction& instruction : code)
    lines.push_back(
        is_padding(instruction) ? 0 : twin.lines.at(size_t(twins.code.at(next++) - twin.code.data())));
  return lines;
}

}  // namespace mobilith::inspect
