#include "codegen/keep_nans.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>

#include <vector>

namespace mobilith {

namespace {

using llvm::Value;
using llvm::Intrinsic::ID;

struct Extremum {
  ID dropping, keeping;
  llvm::CmpInst::Predicate beyond;
};
constexpr Extremum extrema[] = {{llvm::Intrinsic::minnum, llvm::Intrinsic::minimum, llvm::CmpInst::FCMP_OLT},
                                {llvm::Intrinsic::maxnum, llvm::Intrinsic::maximum, llvm::CmpInst::FCMP_OGT}};

// AArch64 and WebAssembly have instructions that keep NaN. (Where Halide calls AArch64's by name, they are
// these already.) x86's maxps is `bound > x ? bound : x`, which is x where x is NaN; RISC-V takes that as a
// comparison and a merge, where its vfmax alone would drop NaN.
void replace(llvm::IntrinsicInst& call, const Extremum& extremum) {
  const llvm::Triple& target = call.getModule()->getTargetTriple();
  llvm::IRBuilder<> builder(&call);
  Value *bound = call.getArgOperand(0), *x = call.getArgOperand(1), *kept;
  if (llvm::isa<llvm::Constant>(x)) std::swap(bound, x);
  if (target.isAArch64() || target.isWasm())
    kept = builder.CreateBinaryIntrinsic(extremum.keeping, bound, x);
  else
    kept = builder.CreateSelect(builder.CreateFCmp(extremum.beyond, bound, x), bound, x);
  if (auto* instruction = llvm::dyn_cast<llvm::Instruction>(kept))
    instruction->setHasNoSignedZeros(true);  // of the two zeros any will do
  call.replaceAllUsesWith(kept);
  call.eraseFromParent();
}

}  // namespace

void keep_nans(llvm::Module& module) {
  std::vector<std::pair<llvm::IntrinsicInst*, const Extremum*>> calls;
  std::vector<llvm::Instruction*> conversions;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      if (llvm::isa<llvm::FPMathOperator>(instruction)) {
        instruction.setHasNoNaNs(false);
        instruction.setHasNoInfs(false);
      }
      if (llvm::isa<llvm::FPToSIInst>(instruction)) conversions.push_back(&instruction);
      if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
        for (const Extremum& extremum : extrema)
          if (call->getIntrinsicID() == extremum.dropping) calls.emplace_back(call, &extremum);
    }
  for (const auto& [call, extremum] : calls) replace(*call, *extremum);
  for (llvm::Instruction* conversion : conversions) {
    auto* some = new llvm::FreezeInst(conversion, "", std::next(conversion->getIterator()));
    conversion->replaceUsesWithIf(some, [&](const llvm::Use& use) { return use.getUser() != some; });
  }
}

}  // namespace mobilith
