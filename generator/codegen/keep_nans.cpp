#include "codegen/keep_nans.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>
#include <llvm/IR/PatternMatch.h>

#include <vector>

namespace mobilith {

namespace {

using llvm::Value;
using llvm::Intrinsic::ID;

struct Extremum {
  ID dropping, keeping;
  llvm::CmpInst::Predicate beyond;
};
constexpr Extremum minimum = {llvm::Intrinsic::minnum, llvm::Intrinsic::minimum, llvm::CmpInst::FCMP_OLT};
constexpr Extremum maximum = {llvm::Intrinsic::maxnum, llvm::Intrinsic::maximum, llvm::CmpInst::FCMP_OGT};

// Which extremum the instruction is, and of what. Intrinsics, or a comparison and a selection where a part of
// the kernel is strict.
const Extremum* extremum_of(llvm::Instruction& instruction, Value*& a, Value*& b) {
  namespace match = llvm::PatternMatch;
  if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
    for (const Extremum* extremum : {&minimum, &maximum})
      if (call->getIntrinsicID() == extremum->dropping) {
        a = call->getArgOperand(0);
        b = call->getArgOperand(1);
        return extremum;
      }
    return nullptr;
  }
  if (match::match(&instruction, match::m_OrdOrUnordFMin(match::m_Value(a), match::m_Value(b))))
    return &minimum;
  if (match::match(&instruction, match::m_OrdOrUnordFMax(match::m_Value(a), match::m_Value(b))))
    return &maximum;
  return nullptr;
}

// AArch64 and WebAssembly have instructions that keep NaN. (Where Halide calls AArch64's by name, they are
// these already.) x86's maxps is `bound > x ? bound : x`, which is x where x is NaN; RISC-V takes that as a
// comparison and a merge, where its vfmax alone would drop NaN.
void replace(llvm::Instruction& instruction) {
  const llvm::Triple& target = instruction.getModule()->getTargetTriple();
  llvm::IRBuilder<> builder(&instruction);
  Value *bound, *x, *kept;
  const Extremum& extremum = *extremum_of(instruction, bound, x);
  if (llvm::isa<llvm::Constant>(x)) std::swap(bound, x);
  if (target.isAArch64() || target.isWasm())
    kept = builder.CreateBinaryIntrinsic(extremum.keeping, bound, x);
  else
    kept = builder.CreateSelect(builder.CreateFCmp(extremum.beyond, bound, x), bound, x);
  if (auto* made = llvm::dyn_cast<llvm::Instruction>(kept))
    made->setHasNoSignedZeros(true);  // of the two zeros any will do
  instruction.replaceAllUsesWith(kept);
  instruction.eraseFromParent();
}

}  // namespace

void keep_nans(llvm::Module& module) {
  std::vector<llvm::Instruction*> extrema, conversions;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      if (llvm::isa<llvm::FPMathOperator>(instruction)) {
        instruction.setHasNoNaNs(false);
        instruction.setHasNoInfs(false);
      }
      if (llvm::isa<llvm::FPToSIInst>(instruction)) conversions.push_back(&instruction);
      Value *a, *b;
      if (extremum_of(instruction, a, b)) extrema.push_back(&instruction);
    }
  for (llvm::Instruction* extremum : extrema) replace(*extremum);
  for (llvm::Instruction* conversion : conversions) {
    auto* some = new llvm::FreezeInst(conversion, "", std::next(conversion->getIterator()));
    conversion->replaceUsesWithIf(some, [&](const llvm::Use& use) { return use.getUser() != some; });
  }
}

}  // namespace mobilith
