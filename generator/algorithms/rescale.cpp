#include "algorithms/rescale.h"

namespace mobilith {
using namespace Halide;

Expr high_product(const Expr& a, const Expr& b) {
  return cast<int32_t>((cast<int64_t>(a) * cast<int64_t>(b) + (1 << 30)) >> 31);
}

Expr rounded_right(const Expr& x, const Expr& bits) {
  const Expr wide = cast<int64_t>(x), by = cast<int64_t>(bits), mask = (cast<int64_t>(1) << by) - 1;
  const Expr half = (mask >> 1) + select(x < 0, 1, 0);
  return cast<int32_t>((wide >> by) + select((wide & mask) > half, 1, 0));
}

Expr fixed_product(const Expr& x, const Expr& mantissa, const Expr& shift) {
  const Expr left = cast<uint32_t>(max(shift, 0));
  return rounded_right(high_product(reinterpret<int32_t>(reinterpret<uint32_t>(x) << left), mantissa),
                       max(-shift, 0));
}

namespace {

// Whose last bit is worth one: 1.5 times 2^23 or 2^52. Added to a number, it rounds it in every rounding step
// that a CPU has; conversions to whole numbers are not used, because qemu 7.2 can't run RISC-V's.
Expr magic(const Type& type) { return type.bits() == 64 ? Expr(6755399441055744.0) : Expr(12582912.0f); }

Expr nearest_whole(const Expr& x) {
  return strict_float(strict_float(x + magic(x.type())) - magic(x.type()));
}

}  // namespace

Expr nearest(const Expr& x) {
  const Type whole = Int(x.type().bits());
  const Expr places = reinterpret(whole, strict_float(x + magic(x.type())));
  return cast<int32_t>(places - reinterpret(whole, magic(x.type())));
}

Expr nearest_away(const Expr& x) {
  const Expr n = nearest_whole(x), rest = strict_float(x - n), half = cast(x.type(), 0.5f);
  return select(x > 0 && rest == half, n + 1, select(x < 0 && rest == -half, n - 1, n));
}

Expr whole_below(const Expr& x) {
  const Expr n = nearest_whole(x);
  return select(n > x, n - 1, n);
}

Expr rounded_product(const Expr& a, const Expr& b) {
  const Expr far = cast(a.type(), 1e30f);
  return clamp(strict_float(a * b), -far, far);
}

namespace {

// For LLVM to know of what a file says.
Expr file_byte(const Expr& x) { return cast<int32_t>(cast<uint8_t>(x)); }

}  // namespace

Expr byte_within(const Expr& number, const Expr& zero, const Expr& least, const Expr& most) {
  return cast<uint8_t>(clamp(number + file_byte(zero), file_byte(least), file_byte(most)));
}

// The minimum, which is never taken, keeps a product and an addition apart (rounded_product()), and tells
// code generation that a zero point can be added in 16 bits.
Expr byte_of_near(const Expr& real, const Expr& zero, const Expr& least, const Expr& most) {
  return byte_within(nearest(min(real, cast<float>(file_byte(most) + near_most))), zero, least, most);
}

Operands Rescaling::operands() const {
  Operands all;
  for (const ImageParam& parameter : {factors, mantissas, shifts, limits})
    if (parameter.defined()) all.push_back(parameter);
  return all;
}

Expr Rescaling::input_zero() const { return cast<uint8_t>(limits(3)); }

Expr Rescaling::byte(const Expr& sum, const Expr& o) const {
  const Expr zero = limits(0), least = limits(1), most = limits(2);
  switch (rescale) {
    case Rescale::floating: {
      const Expr places = strict_float(cast<float>(sum) * factors(o));
      if (near) return byte_of_near(places, zero, least, most);
      const Expr kept = clamp(places, cast<float>(least - zero), cast<float>(most - zero));
      return cast<uint8_t>(nearest(kept) & 255) + cast<uint8_t>(zero);
    }
    case Rescale::integer:
      return cast<uint8_t>(clamp(fixed_product(sum, mantissas(o), shifts(o)) + zero, least, most));
    case Rescale::real: {
      const Expr places = nearest_away(rounded_product(cast<double>(sum), factors(o)));
      const Expr kept = clamp(places, cast<double>(least - zero), cast<double>(most - zero));
      return cast<uint8_t>(nearest(kept) + zero);
    }
    case Rescale::none:
    case Rescale::onnx:
      break;
  }
  throw std::logic_error("sums that are not rescaled");
}

Rescaling rescaling(Rescale rescale, const Channels& out, bool near) {
  Rescaling s;
  s.rescale = rescale, s.near = near;
  if (rescale == Rescale::integer) {
    s.mantissas = typed("mantissas", Int(32), {out.stored()});
    s.shifts = typed("shifts", Int(32), {out.stored()});
  } else if (rescale != Rescale::none) {
    s.factors = typed("factors", Float(rescale == Rescale::real ? 64 : 32), {out.stored()});
  }
  s.limits = typed("limits", Int(32), {4});
  return s;
}

}  // namespace mobilith
