#include "codegen/keep_constants_near.h"

#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/MachineLoopInfo.h>
#include <llvm/CodeGen/MachineMemOperand.h>
#include <llvm/CodeGen/MachineRegisterInfo.h>
#include <llvm/CodeGen/PseudoSourceValue.h>
#include <llvm/CodeGen/TargetInstrInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>
#include <llvm/TargetParser/Triple.h>

#include <map>
#include <vector>

namespace mobilith {

namespace {

using Block = llvm::MachineBasicBlock;
using Instruction = llvm::MachineInstr;

bool has_few_registers(const llvm::MachineFunction& function) {
  const llvm::TargetSubtargetInfo& cpu = function.getSubtarget();
  return cpu.getTargetTriple().isX86() && !cpu.checkFeatures("+avx512f");
}

class KeepConstantsNear : public llvm::MachineFunctionPass {
 public:
  KeepConstantsNear() : MachineFunctionPass(id) {}

 private:
  static char id;

  llvm::StringRef getPassName() const override { return "keep constants near"; }

  void getAnalysisUsage(llvm::AnalysisUsage& usage) const override {
    usage.setPreservesCFG();
    usage.addRequired<llvm::MachineLoopInfoWrapperPass>();
    usage.addPreserved<llvm::MachineLoopInfoWrapperPass>();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    if (!function.getFunction().hasFnAttribute(constants_near) || !has_few_registers(function)) return false;
    loops_ = &getAnalysis<llvm::MachineLoopInfoWrapperPass>().getLI();
    registers_ = &function.getRegInfo();
    std::vector<Instruction*> constants;
    for (Block& block : function)
      for (Instruction& instruction : block)
        if (is_constant(instruction)) constants.push_back(&instruction);
    bool changed = false;
    for (Instruction* constant : constants) changed = place(*constant) || changed;
    return changed;
  }

  // Of a vector register, out of the program's constants or nothing.
  bool is_constant(const Instruction& i) const {
    if (i.getNumExplicitDefs() != 1 || !i.getOperand(0).isReg() || !i.getOperand(0).getReg().isVirtual())
      return false;
    const llvm::TargetRegisterInfo& names = *registers_->getTargetRegisterInfo();
    if (names.getRegSizeInBits(*registers_->getRegClass(i.getOperand(0).getReg())) < 128) return false;
    if (i.isPHI() || i.isCopy() || i.isImplicitDef() || i.mayStore() || i.isCall() ||
        i.hasUnmodeledSideEffects())
      return false;
    for (const llvm::MachineOperand& operand : i.operands())
      if (operand.isReg() && &operand != &i.getOperand(0) &&
          (operand.getReg().isVirtual() || (operand.isDef() && operand.getReg())))
        return false;
    if (!i.mayLoad()) return true;
    if (!i.hasOneMemOperand()) return false;
    const llvm::PseudoSourceValue* source = (*i.memoperands_begin())->getPseudoValue();
    return source && source->isConstantPool();
  }

  // Where a use in this block wants it: ahead of the instruction, or null: where it is.
  Instruction* place_for(const Instruction& constant, Instruction& use) const {
    Block& block = *use.getParent();
    llvm::MachineLoop* loop = loops_->getLoopFor(&block);
    if (!loop || loop == loops_->getLoopFor(constant.getParent())) return nullptr;
    if (!loop->isInnermost()) return &use;
    Block* ahead = loop->getLoopPreheader();
    if (!ahead || ahead == constant.getParent()) return nullptr;
    const auto end = ahead->getFirstTerminator();
    return end == ahead->end() ? nullptr : &*end;
  }

  // A load in a block, and what it is for.
  struct Near {
    Instruction* place = nullptr;
    std::vector<llvm::MachineOperand*> uses;
  };

  bool place(Instruction& constant) {
    const llvm::Register old = constant.getOperand(0).getReg();
    std::vector<llvm::MachineOperand*> uses;
    for (llvm::MachineOperand& use : registers_->use_nodbg_operands(old)) {
      if (use.getParent()->isPHI()) return false;
      uses.push_back(&use);
    }
    std::map<int, Near> near;  // by the block's number: code does not depend on where blocks lie in memory
    bool stays = uses.empty();
    for (llvm::MachineOperand* use : uses) {
      Instruction* here = place_for(constant, *use->getParent());
      if (!here) {
        stays = true;
        continue;
      }
      Near& of_block = near[here->getParent()->getNumber()];
      of_block.uses.push_back(use);
      if (!of_block.place || comes_before(*here, *of_block.place)) of_block.place = here;
    }
    for (const auto& [number, of_block] : near) {
      Block& block = *of_block.place->getParent();
      const llvm::Register vector = registers_->cloneVirtualRegister(old);
      Instruction* copy = block.getParent()->CloneMachineInstr(&constant);
      block.insert(of_block.place->getIterator(), copy);
      copy->getOperand(0).setReg(vector);
      for (llvm::MachineOperand* use : of_block.uses) use->setReg(vector), use->setIsKill(false);
    }
    if (!stays) {
      registers_->markUsesInDebugValueAsUndef(old);
      constant.eraseFromParent();
    }
    return !near.empty();
  }

  static bool comes_before(const Instruction& a, const Instruction& b) {
    for (const Instruction& i : *a.getParent())
      if (&i == &a || &i == &b) return &i == &a && &a != &b;
    return false;
  }

  const llvm::MachineLoopInfo* loops_ = nullptr;
  llvm::MachineRegisterInfo* registers_ = nullptr;
};

char KeepConstantsNear::id = 0;

class FindSpilledSums : public llvm::MachineFunctionPass {
 public:
  explicit FindSpilledSums(FunctionNames& names) : MachineFunctionPass(id), names_(names) {}

 private:
  static char id;
  FunctionNames& names_;

  llvm::StringRef getPassName() const override { return "find spilled sums"; }

  void getAnalysisUsage(llvm::AnalysisUsage& usage) const override {
    usage.setPreservesAll();
    usage.addRequired<llvm::MachineLoopInfoWrapperPass>();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    if (!has_few_registers(function)) return false;
    const llvm::MachineLoopInfo& loops = getAnalysis<llvm::MachineLoopInfoWrapperPass>().getLI();
    for (const Block& block : function) {
      const llvm::MachineLoop* loop = loops.getLoopFor(&block);
      if (loop && loop->isInnermost() && loop->getHeader() == &block && spills_sums(*loop))
        names_.insert(function.getName().str());
    }
    return false;
  }

  static bool spills_sums(const llvm::MachineLoop& loop) {
    const llvm::TargetInstrInfo& names = *loop.getHeader()->getParent()->getSubtarget().getInstrInfo();
    int fmas = 0, spills = 0;
    for (const Block* block : loop.blocks())
      for (const Instruction& i : *block) {
        fmas += names.getName(i.getOpcode()).starts_with("VFM") ||
                names.getName(i.getOpcode()).starts_with("VFNM");
        llvm::SmallVector<const llvm::MachineMemOperand*, 1> slots;
        const bool spill = names.hasStoreToStackSlot(i, slots);
        if (i.mayStore() && !spill && !i.isCall() && !i.hasUnmodeledSideEffects() && !is_prefetch(names, i))
          return false;
        spills += spill;
      }
    return fmas >= 8 && spills > 0;
  }

  static bool is_prefetch(const llvm::TargetInstrInfo& names, const Instruction& i) {
    return names.getName(i.getOpcode()).starts_with("PREFETCH");
  }
};

char FindSpilledSums::id = 0;

}  // namespace

llvm::Pass* keep_constants_near() { return new KeepConstantsNear; }

llvm::Pass* find_spilled_sums(FunctionNames& names) { return new FindSpilledSums(names); }

}  // namespace mobilith
