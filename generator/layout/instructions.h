// Instructions that add products to a sum and that Halide does not write by itself: calls of functions, which
// code generation makes instructions of (codegen/call_instructions.h).
#pragma once

#include <Halide.h>

namespace mobilith::instructions {

// sum, i32, and the four products of an i8 (dot_s8) or u8 (dot_u8) of `bytes` with an i8 of `weights`; both
// are u32, their first byte is the lowest.
inline constexpr char dot_s8[] = "mobilith_dot_s8", dot_u8[] = "mobilith_dot_u8";
// sum, f32, and the two products of the bf16 of `pair` with those of `weights`; both are u32.
inline constexpr char dot_bf16[] = "mobilith_dot_bf16";
// sum, f32, and the product of two f16, rounded once; both are given by their bits, u16.
inline constexpr char fma_f16[] = "mobilith_fma_f16";
// Asks for the line of the byte `offset`, i64, of `buffer` in L1; Halide's own prefetch has one level for
// all.
inline constexpr char prefetch_l1[] = "mobilith_prefetch_l1";

Halide::Expr dot(bool like_signs, const Halide::Expr& sum, const Halide::Expr& bytes,
                 const Halide::Expr& weights);
Halide::Expr dot_of_bf16(const Halide::Expr& sum, const Halide::Expr& pair, const Halide::Expr& weights);
Halide::Expr fma_of_f16(const Halide::Expr& sum, const Halide::Expr& a, const Halide::Expr& b);

}  // namespace mobilith::instructions
