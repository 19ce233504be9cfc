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
  // Of winograd: pairs of a group (PairedProducts); 0: all pairs are one group's. A tile then reads three
  // runs of each pixel's inputs, in groups one: 4 x 2 vectors of AVX2 130 to 138 GFLOP/s in place of 115 to
  // 124, 14 x 1 of AVX-512 175 in place of 172 (znver4, 510 and 1020 products), which keeps one group.
  int pair_group = 0;
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
// With 16 registers, whose tiles have two vectors, neither
//   below 64 products, where the ends of tiles cost what is saved;
//   with less than six vectors of outputs, too few to share the inputs' terms (both measured in code for
//   znver3 on znver4: with four, 28x28x32 gains 1.02, 6x6x32 loses 0.95).
// Machines that multiply bf16 take dots instead, whatever the shape, and such as widen f16 in their FMAs take
// these. Where nothing is paired and FMAs take elements, inputs are loaded by fours if their number allows
// it.
Multiplication multiplication_of(const Matrix&, bool direct, const Machine&);

}  // namespace mobilith
