// Sums of whole numbers to bytes, number for number as the file's own engine (docs/accuracy.md).
#pragma once

#include <Halide.h>

#include "layout/operands.h"
#include "layout/quantised_shapes.h"

namespace mobilith {

// i32, as quantised/fixed_point.h has them: high_product(), shifted_right().
Halide::Expr high_product(const Halide::Expr& a, const Halide::Expr& b);
Halide::Expr rounded_right(const Halide::Expr& x, const Halide::Expr& bits);

// x times mantissa / 2^31 * 2^shift, i32: quantised/fixed_point.h's product().
Halide::Expr fixed_product(const Halide::Expr& x, const Halide::Expr& mantissa, const Halide::Expr& shift);

// Of floats within -2^21 and 2^21, and doubles within -2^31 and 2^31.
// To the nearest whole number, halves to the even one, as i32: one addition, of which the mantissa's end is
// taken.
Halide::Expr nearest(const Halide::Expr& x);
// The same with halves away from 0, and the largest whole number that is not above x; both in the type of x.
Halide::Expr nearest_away(const Halide::Expr& x);
Halide::Expr whole_below(const Halide::Expr& x);

// A product, rounded before anything is added to it: code generation makes one operation of a product and an
// addition (codegen/emit.cpp), which a bound between them prevents.
Halide::Expr rounded_product(const Halide::Expr& a, const Halide::Expr& b);

// number + zero, as the nearest byte from least to most: all but the number are bytes as i32. Of several
// vectors at once code generation makes it of saturating packs (codegen/pack_bytes.h).
Halide::Expr byte_within(const Halide::Expr& number, const Halide::Expr& zero, const Halide::Expr& least,
                         const Halide::Expr& most);

// The same of a float that is nearer to 0 than near_most, rounded to the nearest whole number.
Halide::Expr byte_of_near(const Halide::Expr& real, const Halide::Expr& zero, const Halide::Expr& least,
                          const Halide::Expr& most);

// Code generation makes bytes of several vectors of sums at once: AVX2 and AVX-512, which alone have such
// products.
inline bool packs_bytes(const Machine& machine) { return machine.byte_group >= 2 && machine.lanes >= 8; }

struct Rescaling {
  Rescale rescale = Rescale::none;
  // Of Rescale::floating: no scaled sum is near_most or more from 0 (QuantisedProductsShape::near).
  bool near = false;
  // By output: factors f32, or f64 of Rescale::real; mantissas, shifts i32. Those of Rescale are there.
  Halide::ImageParam factors, mantissas, shifts;
  Halide::ImageParam limits;  // i32: networks/quantised.h
  Operands operands() const;
  // The byte of output o.
  Halide::Expr byte(const Halide::Expr& sum, const Halide::Expr& o) const;
  Halide::Expr input_zero() const;  // u8
};
Rescaling rescaling(Rescale, const Channels& out, bool near = false);

}  // namespace mobilith
