#include "codegen/round_anywhere.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/Module.h>

#include <optional>

namespace mobilith {

namespace {

using llvm::Intrinsic::ID;

bool rounds(ID id) {
  return id == llvm::Intrinsic::x86_sse41_round_ps || id == llvm::Intrinsic::x86_sse41_round_pd ||
         id == llvm::Intrinsic::x86_avx_round_ps_256 || id == llvm::Intrinsic::x86_avx_round_pd_256;
}

// The immediate's low bits, which say the direction; bit 3 only silences an exception that nobody asks for.
std::optional<ID> rounding(const llvm::Value* immediate) {
  const auto* number = llvm::dyn_cast<llvm::ConstantInt>(immediate);
  if (!number) return std::nullopt;
  switch (number->getZExtValue() & 7) {
    case 0:
      return llvm::Intrinsic::roundeven;
    case 1:
      return llvm::Intrinsic::floor;
    case 2:
      return llvm::Intrinsic::ceil;
    case 3:
      return llvm::Intrinsic::trunc;
    default:
      return llvm::Intrinsic::nearbyint;
  }
}

}  // namespace

void round_anywhere(llvm::Module& module) {
  if (module.getTargetTriple().isX86()) return;
  for (llvm::Function& function : llvm::make_early_inc_range(module)) {
    if (!rounds(function.getIntrinsicID())) continue;
    for (llvm::User* user : llvm::make_early_inc_range(function.users())) {
      auto* call = llvm::cast<llvm::CallInst>(user);
      const std::optional<ID> own = rounding(call->getArgOperand(1));
      if (!own) continue;
      llvm::IRBuilder<> builder(call);
      builder.setFastMathFlags(call->getFastMathFlags());
      call->replaceAllUsesWith(builder.CreateUnaryIntrinsic(*own, call->getArgOperand(0)));
      call->eraseFromParent();
    }
    if (function.use_empty()) function.eraseFromParent();
  }
}

}  // namespace mobilith
