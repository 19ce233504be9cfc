#include "codegen/round_to_bf16.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>

#include <utility>
#include <vector>

namespace mobilith {

namespace {

using llvm::Value;
namespace match = llvm::PatternMatch;

// The bits of a float, of which `upper` is the upper half.
Value* bits_of_upper(Value* upper) {
  Value* bits = nullptr;
  return match::match(upper, match::m_LShr(match::m_Value(bits), match::m_SpecificInt(16))) ? bits : nullptr;
}

bool is_addend(Value* value, Value* bits) {
  return match::match(
      value, match::m_And(match::m_LShr(match::m_Specific(bits), match::m_SpecificInt(16)), match::m_One()));
}

// bits + 0x7fff + (upper & 1), added up in any order.
bool is_rounded(Value* sum, Value* bits) {
  Value *a = nullptr, *b = nullptr;
  if (!match::match(sum, match::m_Add(match::m_Value(a), match::m_Value(b)))) return false;
  const auto half = match::m_SpecificInt(0x7fff);
  for (int i = 0; i < 2; i++, std::swap(a, b)) {
    if (is_addend(a, bits) && match::match(b, match::m_c_Add(match::m_Specific(bits), half))) return true;
    Value* other = nullptr;
    if (a == bits && match::match(b, match::m_c_Add(match::m_Value(other), half)) && is_addend(other, bits))
      return true;
    if (match::match(a, half) &&
        match::match(b, match::m_c_Add(match::m_Specific(bits), match::m_Value(other))) &&
        is_addend(other, bits))
      return true;
  }
  return false;
}

// Whether the bits, their sign left out, are those of no number. LLVM may leave out the sign of the float.
bool is_nan(Value* condition, Value* bits) {
  llvm::CmpPredicate predicate;
  Value *magnitude = nullptr, *real = nullptr;
  return match::match(condition, match::m_ICmp(predicate, match::m_Value(magnitude),
                                               match::m_SpecificInt(0x7f800000))) &&
         (predicate == llvm::CmpInst::ICMP_UGT || predicate == llvm::CmpInst::ICMP_SGT) &&
         (match::match(magnitude, match::m_And(match::m_Specific(bits), match::m_SpecificInt(0x7fffffff))) ||
          (match::match(bits, match::m_BitCast(match::m_Value(real))) &&
           match::match(magnitude, match::m_BitCast(match::m_FAbs(match::m_Specific(real))))));
}

// The bits of the float that is rounded; null: something else is computed. LLVM loads them as whole numbers
// where nothing else is done with the float.
Value* rounded_bits(llvm::Instruction& cut) {
  Value *nan = nullptr, *quiet = nullptr, *sum = nullptr, *upper = nullptr;
  if (!cut.getType()->isIntOrIntVectorTy(16) ||
      !match::match(&cut, match::m_Trunc(match::m_Select(
                              match::m_Value(nan), match::m_Value(quiet),
                              match::m_LShr(match::m_Value(sum), match::m_SpecificInt(16))))) ||
      !match::match(quiet, match::m_Or(match::m_Value(upper), match::m_SpecificInt(0x40))))
    return nullptr;
  Value* bits = bits_of_upper(upper);
  return bits && bits->getType()->isIntOrIntVectorTy(32) && is_rounded(sum, bits) && is_nan(nan, bits)
             ? bits
             : nullptr;
}

bool has(const std::string& features, const char* feature) {
  return ("," + features + ",").find(std::string(",+") + feature + ",") != std::string::npos;
}

}  // namespace

void round_to_bf16(llvm::Module& module, const std::string& features) {
  if (!has(features, "avx512bf16") && !has(features, "bf16")) return;
  std::vector<std::pair<llvm::Instruction*, Value*>> found;
  for (llvm::Function& function : module)
    for (llvm::Instruction& cut : llvm::instructions(function))
      if (Value* bits = rounded_bits(cut)) found.emplace_back(&cut, bits);
  for (const auto& [cut, bits] : found) {
    llvm::IRBuilder<> b(cut);
    Value* real = b.CreateBitCast(bits, bits->getType()->getWithNewType(b.getFloatTy()));
    Value* rounded = b.CreateFPTrunc(real, real->getType()->getWithNewType(b.getBFloatTy()));
    cut->replaceAllUsesWith(b.CreateBitCast(rounded, cut->getType()));
    cut->eraseFromParent();
  }
}

}  // namespace mobilith
