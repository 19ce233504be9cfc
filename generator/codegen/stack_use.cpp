#include "codegen/stack_use.h"

#include <fmt/format.h>
#include <llvm/CodeGen/MachineFrameInfo.h>
#include <llvm/CodeGen/MachineFunction.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/TargetFrameLowering.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <set>

#include "targets/errors.h"

namespace mobilith {

namespace {

constexpr int64_t not_ours = 16 << 10, page = 4096;
constexpr int64_t linkage = 256;  // return address, frame pointer, red zone
// Vectors on the stack that are as long as the CPU's (RISC-V): for registers of 1024 bits, the longest that a
// library asks a CPU about.
constexpr int64_t longest_vscale = 16;

class MeasureFrames : public llvm::MachineFunctionPass {
 public:
  explicit MeasureFrames(StackFrames& frames) : MachineFunctionPass(id), frames_(frames) {}

 private:
  static char id;
  StackFrames& frames_;

  llvm::StringRef getPassName() const override { return "measure frames"; }

  void getAnalysisUsage(llvm::AnalysisUsage& usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(llvm::MachineFunction& function) override {
    const llvm::MachineFrameInfo& frame = function.getFrameInfo();
    if (frame.hasVarSizedObjects()) return false;  // no bound: deepest() says so
    int64_t bytes = static_cast<int64_t>(frame.getStackSize() + frame.getMaxAlign().value()) + linkage;
    for (int i = frame.getObjectIndexBegin(); i < frame.getObjectIndexEnd(); i++)
      if (!frame.isDeadObjectIndex(i) && frame.hasScalableStackID(i))
        bytes += frame.getObjectSize(i) * longest_vscale;
    frames_[function.getName().str()] = bytes;
    return false;
  }
};

char MeasureFrames::id = 0;

using Functions = std::set<const llvm::Function*>;

void add_functions_in(const llvm::Value* value, Functions& found) {
  if (const auto* function = llvm::dyn_cast<llvm::Function>(value)) {
    if (!function->isDeclaration()) found.insert(function);
  } else if (llvm::isa<llvm::ConstantExpr, llvm::ConstantAggregate>(value)) {
    const auto* user = llvm::cast<llvm::User>(value);
    for (const llvm::Use& operand : user->operands()) add_functions_in(operand, found);
  }
}

// Those that it calls, or hands to somebody who does.
Functions used_by(const llvm::Function& function) {
  Functions found;
  for (const llvm::BasicBlock& block : function)
    for (const llvm::Instruction& instruction : block)
      for (const llvm::Use& operand : instruction.operands()) add_functions_in(operand, found);
  return found;
}

int64_t deepest(const llvm::Function& function, const StackFrames& frames, Functions& callers) {
  const std::string name = function.getName().str();
  const auto frame = frames.find(name);
  if (frame == frames.end() || !callers.insert(&function).second)
    throw CodegenError(fmt::format("{}: no bound of the stack that it takes", name));
  int64_t below = 0;
  for (const llvm::Function* used : used_by(function))
    below = std::max(below, deepest(*used, frames, callers));
  callers.erase(&function);
  return frame->second + below;
}

}  // namespace

llvm::Pass* measure_frames(StackFrames& frames) { return new MeasureFrames(frames); }

int64_t stack_bytes(const std::vector<llvm::Function*>& entries, const StackFrames& frames) {
  int64_t most = 0;
  Functions callers;
  for (const llvm::Function* entry : entries) most = std::max(most, deepest(*entry, frames, callers));
  return (most + not_ours + page - 1) / page * page;
}

}  // namespace mobilith
