#include "codegen/accumulate_in_place.h"

#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/TargetInstrInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>

namespace mobilith {

namespace {

// x86's "213" form of registers: operand 0, which shares operand 1's register, is 2 * 1 + 3.
bool overwrites_factor(llvm::StringRef name) {
  return (name.starts_with("VFM") || name.starts_with("VFNM")) && name.contains("213P") &&
         name.ends_with("r");
}

class AccumulateInPlace : public llvm::MachineFunctionPass {
 public:
  AccumulateInPlace() : MachineFunctionPass(id) {}

 private:
  static char id;

  llvm::StringRef getPassName() const override { return "accumulate in place"; }

  // What was known of where values end is lost; LLVM's later steps read it from the instructions.
  void getAnalysisUsage(llvm::AnalysisUsage& usage) const override {
    usage.setPreservesCFG();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    const llvm::TargetInstrInfo& instructions = *function.getSubtarget().getInstrInfo();
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function)
      for (llvm::MachineInstr& fma : block) changed = accumulate(fma, instructions) || changed;
    return changed;
  }

  static bool accumulate(llvm::MachineInstr& fma, const llvm::TargetInstrInfo& instructions) {
    if (!overwrites_factor(instructions.getName(fma.getOpcode()))) return false;
    if (!fma.getOperand(3).isReg() || !fma.getOperand(3).isKill()) return false;
    if (!instructions.commuteInstruction(fma, false, 1, 3)) return false;
    // The factors end here too: where that is marked, the two-address pass commutes back.
    fma.getOperand(2).setIsKill(false);
    fma.getOperand(3).setIsKill(false);
    return true;
  }
};

char AccumulateInPlace::id = 0;

}  // namespace

llvm::Pass* accumulate_in_place() { return new AccumulateInPlace; }

}  // namespace mobilith
