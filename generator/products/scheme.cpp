#include "products/scheme.h"

namespace mobilith {

const Scheme& scheme_of(const Matrix& m) {
  switch (m.multiplication) {
    case Multiplication::winograd:
      return winograd_scheme();
    case Multiplication::dots:
      return dots_scheme();
    case Multiplication::dots_by_element:
      return dots_by_element_scheme();
    case Multiplication::halves_by_element:
      return halves_by_element_scheme();
    case Multiplication::by_element:
      return by_element_scheme();
    case Multiplication::plain:
      break;
  }
  return plain_scheme();
}

}  // namespace mobilith
