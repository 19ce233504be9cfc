#include "codegen/drop_cfi.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>

namespace mobilith {

namespace {

class DropCfi : public llvm::MachineFunctionPass {
 public:
  DropCfi() : MachineFunctionPass(id) {}

 private:
  static char id;

  llvm::StringRef getPassName() const override { return "drop CFI"; }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    bool changed = false;
    for (llvm::MachineBasicBlock& block : function)
      for (llvm::MachineInstr& instruction : llvm::make_early_inc_range(block))
        if (instruction.isCFIInstruction()) {
          instruction.eraseFromParent();
          changed = true;
        }
    return changed;
  }
};

char DropCfi::id = 0;

}  // namespace

llvm::Pass* drop_cfi() { return new DropCfi; }

}  // namespace mobilith
