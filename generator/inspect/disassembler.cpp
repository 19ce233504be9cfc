#include "inspect/disassembler.h"

#include <fmt/format.h>
#include <llvm/Support/raw_ostream.h>

#include "targets/llvm_targets.h"

namespace mobilith::inspect {

namespace {

// "\tvfmadd231ps\tzmm0, zmm1, zmm2" in two; prefixes in braces ("{evex}") are no mnemonics.
void split(std::string_view text, Instruction& instruction) {
  const auto trim = [](std::string_view s) {
    const size_t begin = s.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view() : s.substr(begin);
  };
  text = trim(text);
  while (text.starts_with('{')) text = trim(text.substr(std::min(text.size(), text.find('}') + 1)));
  const size_t end = std::min(text.size(), text.find_first_of(" \t"));
  instruction.mnemonic = text.substr(0, end);
  instruction.operands = trim(text.substr(end));
}

}  // namespace

Disassembler::Disassembler(const std::string& name, const std::string& cpu_name, const std::string& features)
    : triple(name), cpu(cpu_name) {
  initialise_llvm();
  std::string message;
  target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target) throw InspectError(fmt::format("LLVM has no target for {}: {}", name, message));
  registers.reset(target->createMCRegInfo(triple));
  if (registers) assembly.reset(target->createMCAsmInfo(*registers, triple, options));
  instructions.reset(target->createMCInstrInfo());
  subtarget.reset(target->createMCSubtargetInfo(triple, cpu, features));
  if (!registers || !assembly || !instructions || !subtarget)
    throw InspectError(fmt::format("LLVM knows too little of {}", name));
  analysis.reset(target->createMCInstrAnalysis(instructions.get()));
  context_ = std::make_unique<llvm::MCContext>(triple, assembly.get(), registers.get(), subtarget.get());
  disassembler_.reset(target->createMCDisassembler(*subtarget, *context_));
  const unsigned dialect = triple.isX86() ? 1 : 0;  // Intel's; and not Apple's for AArch64
  printer_.reset(target->createMCInstPrinter(triple, dialect, *assembly, *instructions, *registers));
  if (!disassembler_ || !printer_ || !analysis)
    throw InspectError(fmt::format("LLVM can't take code for {} apart", name));
  printer_->setPrintBranchImmAsAddress(true);
}

Disassembler::Disassembler(const CpuTarget& t)
    : Disassembler(t.platform->triple, main_name(llvm::Triple(t.platform->triple), t.cpu), t.features) {}

std::vector<Instruction> Disassembler::decode(std::string_view bytes, uint64_t address) const {
  std::vector<Instruction> code;
  const llvm::ArrayRef<uint8_t> all(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  for (uint64_t at = 0; at < bytes.size();) {
    Instruction instruction;
    if (disassembler_->getInstruction(instruction.machine, instruction.size, all.slice(at), address + at,
                                      llvm::nulls()) == llvm::MCDisassembler::Fail ||
        instruction.size == 0)
      throw InspectError(fmt::format("no instruction of {} at byte {:#x}", triple.str(), address + at));
    instruction.address = address + at;
    std::string text;
    llvm::raw_string_ostream stream(text);
    printer_->printInst(&instruction.machine, instruction.address, "", *subtarget, stream);
    split(text, instruction);
    const llvm::MCInstrDesc& desc = instructions->get(instruction.machine.getOpcode());
    instruction.loads = desc.mayLoad();
    instruction.stores = desc.mayStore();
    const bool trap = desc.isTrap() || instruction.mnemonic == "ud2";
    const bool jump = analysis->isBranch(instruction.machine) && !analysis->isCall(instruction.machine);
    instruction.ends_block = jump || trap || analysis->isReturn(instruction.machine);
    instruction.falls_through = !instruction.ends_block || analysis->isConditionalBranch(instruction.machine);
    uint64_t target = 0;
    if (jump && analysis->evaluateBranch(instruction.machine, instruction.address, instruction.size, target))
      instruction.target = target;
    at += instruction.size;
    code.push_back(std::move(instruction));
  }
  return code;
}

}  // namespace mobilith::inspect
