#include "products/narrowed_input.h"

#include "products/coordinates.h"

namespace mobilith {
using namespace Halide;

PixelInput narrowed_input(Pointwise& s, const std::string& name, const Matrix& m,
                          const std::vector<Var>& pixel, const PixelInput& input) {
  const Var c("c"), j("j");
  if (input(c, 0).type().bits() == 16) return input;
  const bool several = m.multiplier > 1 && m.in.type == ElementType::f32;  // others come narrowed
  Func stored(name + "narrowed");
  std::vector<Var> of_pixel{c};
  of_pixel.insert(of_pixel.end(), pixel.begin(), pixel.end());
  if (several) of_pixel.push_back(j);
  const Expr value = input(c, several ? Expr(j) : Expr(0));
  stored(of_pixel) =
      m.in.type == ElementType::f32 ? widened(narrowed(value, m.factors)) : narrowed(value, m.in.type);
  stored.bound(c, 0, m.in.stored()).vectorize(c, m.in.width);
  if (several) stored.bound(j, 0, m.multiplier);
  s.of_pixel = {stored};
  return [=](const Expr& channel, const Expr& multiple) -> Expr {
    std::vector<Expr> place = at(channel, pixel);
    if (several) place.push_back(multiple);
    return stored(place);
  };
}

}  // namespace mobilith
