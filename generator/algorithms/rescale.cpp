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

Expr nearest(const Expr& x) {
  // 1.5 * 2^23, whose last bit is worth one.
  constexpr float magic = 12582912.0f;
  return reinterpret<int32_t>(strict_float(x + magic)) - reinterpret<int32_t>(Expr(magic));
}

Expr nearest_away(const Expr& x) {
  const Expr whole = trunc(x), one = cast(x.type(), 1), none = cast(x.type(), 0);
  return whole + select(abs(x - whole) >= 0.5f, select(x < none, -one, one), none);
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
      const Expr kept = clamp(places, cast<float>(least - zero), cast<float>(most - zero));
      return cast<uint8_t>(nearest(kept) & 255) + cast<uint8_t>(zero);
    }
    case Rescale::integer:
      return cast<uint8_t>(clamp(fixed_product(sum, mantissas(o), shifts(o)) + zero, least, most));
    case Rescale::real: {
      const Expr places = nearest_away(strict_float(cast<double>(sum) * factors(o)));
      const Expr kept = clamp(places, cast<double>(least - zero), cast<double>(most - zero));
      return cast<uint8_t>(cast<int32_t>(kept) + zero);
    }
    case Rescale::none:
      break;
  }
  throw std::logic_error("sums that are not rescaled");
}

Rescaling rescaling(Rescale rescale, const Channels& out) {
  Rescaling s;
  s.rescale = rescale;
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
