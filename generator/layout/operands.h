// Kernel parameters: buffers whose every extent and stride is a constant, so that no index arithmetic is left
// at run time.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "layout/matrix.h"

namespace mobilith {

// What a kernel reads, in the order of its arguments: first activations, its input before all others, then
// constants. The constants' names say to the plan which they are.
using Operands = std::vector<Halide::ImageParam>;

// Whether an operand of this name is an activation: "input", "gate" (a factor of each channel), "addend" (an
// image that is added), "part_..." (one of several images); all others are constants.
bool is_activation(const std::string& name);

Halide::Type halide_type(ElementType);

// A dense buffer, extents innermost first, 64-byte aligned unless `aligned` is false (the caller's own
// memory).
Halide::ImageParam dense(const std::string& name, const std::vector<int>& extents, bool aligned = true,
                         ElementType = ElementType::f32);

// The same of any type, for constants of whole numbers.
Halide::ImageParam typed(const std::string& name, Halide::Type, const std::vector<int>& extents,
                         bool aligned = true);

// Gives the pipeline's output the same constants.
void dense_output(Halide::Func& output, const std::vector<int>& extents, bool aligned = true);

// A matrix's packed weights: (lane, k, vector), so that the inner loop reads one stream per vector. Of dots
// (product of the pair, lane, pair, vector), and of dots_by_element (lane, pair, vector), a pair's two as
// u32.
Halide::ImageParam matrix_weights(const std::string& name, const Matrix&);

// A matrix's weight of product k to output o, as a float; not of dots.
Halide::Expr matrix_weight(const Halide::ImageParam&, const Matrix&, const Halide::Expr& k,
                           const Halide::Expr& o);

// A number of any type of ElementType's floats as a float; exact. bf16 by a shift: Halide's own cast is the
// same with a warning.
Halide::Expr widened(const Halide::Expr&);

// A float as a number of this type, f32, bf16 or f16: rounded to nearest even, and NaN stays NaN whatever its
// bits (Halide's own cast to bf16 makes zero of some).
Halide::Expr narrowed(const Halide::Expr& value, ElementType);

// Of a buffer, all extents being constants.
int64_t elements_of(const Halide::ImageParam&);

}  // namespace mobilith
