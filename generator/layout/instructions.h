// Instructions that add products to a sum and that Halide does not write by itself: calls of functions, which
// code generation makes instructions of (codegen/call_instructions.h).
#pragma once

#include <Halide.h>

namespace mobilith::instructions {

// sum, i32, and the four products of an i8 (dot_s8) or u8 (dot_u8) of `bytes` with an i8 of `weights`; both
// are u32, their first byte is the lowest.
inline constexpr char dot_s8[] = "mobilith_dot_s8", dot_u8[] = "mobilith_dot_u8";

Halide::Expr dot(bool like_signs, const Halide::Expr& sum, const Halide::Expr& bytes,
                 const Halide::Expr& weights);

}  // namespace mobilith::instructions
