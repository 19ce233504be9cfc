#include "codegen/permute_tables.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicsX86.h>

#include "codegen/byte_lookups.h"

namespace mobilith {

namespace {

using llvm::Value;

constexpr unsigned table_lanes = 64;

void permute(const ByteLookup& of) {
  llvm::IRBuilder<> b(of.last);
  std::vector<Value*> quarters;
  for (unsigned i = 0; i < 4; i++)
    quarters.push_back(b.CreateAlignedLoad(
        of.last->getType(), b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), of.table, uint64_t{table_lanes} * i),
        llvm::Align(1)));
  const auto half = [&](size_t i) -> Value* {
    return b.CreateIntrinsic(llvm::Intrinsic::x86_avx512_vpermi2var_qi_512, {},
                             {quarters[i], of.indices, quarters[i + 1]});
  };
  Value* upper = b.CreateICmpSLT(of.indices, llvm::Constant::getNullValue(of.indices->getType()));
  of.last->replaceAllUsesWith(b.CreateSelect(upper, half(2), half(0)));
}

}  // namespace

void permute_tables(llvm::Module& module, const std::string& features) {
  if (!module.getTargetTriple().isX86() || features.find("+avx512vbmi") == std::string::npos) return;
  for (const ByteLookup& lookup : byte_lookups(module))
    if (lookup.lanes == table_lanes && lookup.indices->getType()->getScalarType()->isIntegerTy(8))
      permute(lookup);
}

}  // namespace mobilith
