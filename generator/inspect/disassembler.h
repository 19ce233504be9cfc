// LLVM's knowledge of one CPU's machine code: its disassembler and its scheduling model.
#pragma once

#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "targets/target.h"
#include "text/field_error.h"

namespace mobilith::inspect {

// Code that can't be taken apart; one line.
struct InspectError : FieldError {
  using FieldError::FieldError;
};

struct Instruction {
  uint64_t address = 0, size = 0;
  uint64_t target = 0;  // of a jump within the function; 0: none
  bool ends_block = false, falls_through = true, loads = false, stores = false;
  std::string mnemonic, operands;  // Intel's syntax for x86
  llvm::MCInst machine;
};

class Disassembler {
 public:
  // features: LLVM's, "+avx,+avx2". Throws InspectError where LLVM lacks the target.
  Disassembler(const std::string& triple, const std::string& cpu, const std::string& features);
  explicit Disassembler(const CpuTarget&);
  // The instructions of one function, padding after its end left out. Throws InspectError for bytes that are
  // none.
  std::vector<Instruction> decode(std::string_view bytes, uint64_t address) const;
  // Whether LLVM has a scheduling model of this CPU.
  bool has_model() const { return subtarget->getSchedModel().hasInstrSchedModel(); }

  llvm::Triple triple;
  std::string cpu;
  const llvm::Target* target = nullptr;
  llvm::MCTargetOptions options;
  std::unique_ptr<llvm::MCRegisterInfo> registers;
  std::unique_ptr<llvm::MCAsmInfo> assembly;
  std::unique_ptr<llvm::MCInstrInfo> instructions;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis;

 private:
  std::unique_ptr<llvm::MCContext> context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
};

}  // namespace mobilith::inspect
