// A product of each pixel's channels with a matrix, as it is stored and multiplied.
#pragma once

#include "layout/channels.h"

namespace mobilith {

// A row of products/scheme.h for each.
enum class Multiplication {
  plain,              // one multiplication for each product
  by_element,         // the same, inputs as elements of a register: products/by_element.cpp
  winograd,           // pairs of products: products/winograd.h
  dots,               // of bf16, two products by one instruction: products/dots.cpp
  dots_by_element,    // the same, pairs of inputs as elements of a register: products/by_element.cpp
  halves_by_element,  // by_element of f16, which the instruction widens
};

// Of by_element: inputs in a register.
inline constexpr int elements = 4;

struct Matrix {
  Channels in;
  int multiplier = 1;  // of a depthwise convolution before: `in` comes that many times
  Channels out;
  Multiplication multiplication = Multiplication::plain;
  ElementType weights = ElementType::f32;
  ElementType factors = ElementType::f32;  // what inputs are rounded to; in.type is how they are stored
  int products() const { return in.count * multiplier; }                  // for each output
  int64_t row_bytes() const { return bytes_of(weights) * out.stored(); }  // of the weights of one product
  int dots() const { return (in.count + 1) / 2 * multiplier; }  // pairs of them, the last one filled up
};

// The products of one output of a 1x1 convolution, or of a window's `in` elements where they are the same
// run.
Matrix matrix_of(int in, int multiplier, int out, bool direct, const Machine&);

// direct: pairs would round too much (plan/pairing.h). Pairing does not pay
//   below 12 products, where the inputs' terms cost more than is saved;
//   with a depth multiplier, whose inputs lie in several runs;
//   with outputs in narrower vectors than the machine's, or fewer than its tiles need: loads bound the loop.
// Machines that multiply bf16 take dots instead, whatever the shape, and such as widen f16 in their FMAs take
// these. Where nothing is paired and FMAs take elements, inputs are loaded by fours if their number allows
// it.
Multiplication multiplication_of(const Matrix&, bool direct, const Machine&);

}  // namespace mobilith
