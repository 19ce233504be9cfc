#include "layout/instructions.h"

namespace mobilith::instructions {
using namespace Halide;

namespace {

// Of the sum's type, whose other arguments are factors.
Expr call(const char* name, const Expr& sum, const Expr& a, const Expr& b) {
  return Internal::Call::make(sum.type(), name, {sum, a, b}, Internal::Call::PureExtern);
}

}  // namespace

Expr dot(bool like_signs, const Expr& sum, const Expr& bytes, const Expr& weights) {
  return call(like_signs ? dot_s8 : dot_u8, sum, bytes, weights);
}

Expr dot_of_bf16(const Expr& sum, const Expr& pair, const Expr& weights) {
  return call(dot_bf16, sum, pair, weights);
}

Expr fma_of_f16(const Expr& sum, const Expr& a, const Expr& b) { return call(fma_f16, sum, a, b); }

}  // namespace mobilith::instructions
