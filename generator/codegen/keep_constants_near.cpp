#include "codegen/keep_constants_near.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/MachineLoopInfo.h>
#include <llvm/CodeGen/MachineMemOperand.h>
#include <llvm/CodeGen/MachineRegisterInfo.h>
#include <llvm/CodeGen/PseudoSourceValue.h>
#include <llvm/CodeGen/TargetInstrInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace mobilith {

namespace {

using Block = llvm::MachineBasicBlock;
using Instruction = llvm::MachineInstr;

bool has_few_registers(const llvm::MachineFunction& function) {
  const llvm::TargetSubtargetInfo& cpu = function.getSubtarget();
  return cpu.getTargetTriple().isX86() && !cpu.checkFeatures("+avx512f");
}

bool is_prefetch(const llvm::TargetInstrInfo& names, const Instruction& i) {
  return names.getName(i.getOpcode()).starts_with("PREFETCH");
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
    usage.addRequired<llvm::AAResultsWrapperPass>();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    if (!function.getFunction().hasFnAttribute(constants_near) || !has_few_registers(function)) return false;
    loops_ = &getAnalysis<llvm::MachineLoopInfoWrapperPass>().getLI();
    registers_ = &function.getRegInfo();
    aliases_ = &getAnalysis<llvm::AAResultsWrapperPass>().getAAResults();
    stores_.clear();
    std::vector<Instruction*> constants;
    for (Block& block : function)
      for (Instruction& instruction : block)
        if (writes_memory(instruction)) stores_.push_back(&instruction);
    for (Block& block : function)
      for (Instruction& instruction : block)
        if (is_constant(instruction)) constants.push_back(&instruction);
    bool changed = false;
    for (Instruction* constant : constants) changed = place(*constant) || changed;
    return changed;
  }

  static bool writes_memory(const Instruction& i) {
    const llvm::TargetInstrInfo& names = *i.getMF()->getSubtarget().getInstrInfo();
    return (i.mayStore() || i.isCall() || i.hasUnmodeledSideEffects()) && !is_prefetch(names, i);
  }

  bool is_vector(llvm::Register r) const {
    const llvm::TargetRegisterInfo& names = *registers_->getTargetRegisterInfo();
    return names.getRegSizeInBits(*registers_->getRegClass(r)) >= 128;
  }

  // Of a vector register, out of nothing, or of memory that this function does not write: the program's
  // constants, weights.
  bool is_constant(const Instruction& i) const {
    if (i.getNumExplicitDefs() != 1 || !i.getOperand(0).isReg() || !i.getOperand(0).getReg().isVirtual() ||
        !is_vector(i.getOperand(0).getReg()))
      return false;
    if (i.isPHI() || i.isCopy() || i.isImplicitDef() || i.mayStore() || i.isCall() ||
        i.hasUnmodeledSideEffects())
      return false;
    for (const llvm::MachineOperand& operand : llvm::drop_begin(i.operands()))
      if (operand.isReg() &&
          (operand.isDef() ? bool(operand.getReg())
                           : operand.getReg().isVirtual() && (!i.mayLoad() || is_vector(operand.getReg()))))
        return false;
    return !i.mayLoad() || reads_what_stays(i);
  }

  bool reads_what_stays(const Instruction& load) const {
    if (!load.hasOneMemOperand() || load.hasOrderedMemoryRef()) return false;
    const llvm::PseudoSourceValue* source = (*load.memoperands_begin())->getPseudoValue();
    if (source && source->isConstantPool()) return true;
    return std::ranges::none_of(stores_, [&](const Instruction* store) {
      return store->isCall() || load.mayAlias(aliases_, *store, /*UseTBAA=*/true);
    });
  }

  // Ahead of an instruction of a block, or at its end.
  struct Place {
    Block* block;
    Block::iterator before;
  };
  using MaybePlace = std::optional<Place>;

  // Where a use wants it; none: where it is.
  MaybePlace place_for(const Instruction& constant, llvm::MachineOperand& operand) const {
    Instruction& use = *operand.getParent();
    if (use.isPHI()) {
      Block* from = use.getOperand(operand.getOperandNo() + 1).getMBB();
      const llvm::MachineLoop* loop = loops_->getLoopFor(from);
      return loop && loop->isInnermost() ? std::nullopt : end_of(from, constant);
    }
    if (use.getParent() == constant.getParent()) return std::nullopt;
    llvm::MachineLoop* loop = loops_->getLoopFor(use.getParent());
    if (!loop || !loop->isInnermost()) return Place{use.getParent(), use.getIterator()};
    return loop->contains(&constant) ? std::nullopt : end_of(loop->getLoopPreheader(), constant);
  }

  static MaybePlace end_of(Block* block, const Instruction& constant) {
    if (!block || block == constant.getParent()) return std::nullopt;
    return Place{block, block->getFirstTerminator()};
  }

  // A load, and what it is for.
  struct Near {
    Place place;
    std::vector<llvm::MachineOperand*> uses;
  };

  bool place(Instruction& constant) {
    const llvm::Register old = constant.getOperand(0).getReg();
    std::vector<llvm::MachineOperand*> uses;
    for (llvm::MachineOperand& use : registers_->use_nodbg_operands(old)) uses.push_back(&use);
    std::map<int, Near> near;  // by the block's number: code does not depend on where blocks lie in memory
    bool stays = uses.empty();
    for (llvm::MachineOperand* use : uses) {
      const MaybePlace here = place_for(constant, *use);
      if (!here) {
        stays = true;
        continue;
      }
      Near& of_block = near.try_emplace(here->block->getNumber(), Near{*here, {}}).first->second;
      of_block.uses.push_back(use);
      if (comes_before(*here, of_block.place)) of_block.place = *here;
    }
    for (const auto& [number, of_block] : near) {
      const llvm::Register vector = registers_->cloneVirtualRegister(old);
      Instruction* copy = constant.getMF()->CloneMachineInstr(&constant);
      of_block.place.block->insert(of_block.place.before, copy);
      copy->getOperand(0).setReg(vector);
      for (const llvm::MachineOperand& operand : copy->uses())
        if (operand.isReg() && operand.getReg().isVirtual()) registers_->clearKillFlags(operand.getReg());
      for (llvm::MachineOperand* use : of_block.uses) use->setReg(vector), use->setIsKill(false);
    }
    if (!stays) {
      registers_->markUsesInDebugValueAsUndef(old);
      constant.eraseFromParent();
    }
    return !near.empty();
  }

  // Of the same block.
  static bool comes_before(const Place& a, const Place& b) {
    for (auto i = a.block->begin(); i != a.block->end(); ++i)
      if (i == a.before || i == b.before) return i == a.before && a.before != b.before;
    return false;
  }

  const llvm::MachineLoopInfo* loops_ = nullptr;
  llvm::AAResults* aliases_ = nullptr;
  std::vector<const Instruction*> stores_;  // of this function, and what may store
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
};

char FindSpilledSums::id = 0;

}  // namespace

llvm::Pass* keep_constants_near() { return new KeepConstantsNear; }

llvm::Pass* find_spilled_sums(FunctionNames& names) { return new FindSpilledSums(names); }

}  // namespace mobilith
