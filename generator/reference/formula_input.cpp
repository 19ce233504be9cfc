#include "reference/reference.h"
#include "weights/synthetic.h"

namespace mobilith::reference {

Activation formula_input(const Shape& shape) {
  Activation input{shape, std::vector<double>(size_t(shape.height) * shape.width * shape.channels)};
  const SyntheticNumbers numbers("input");
  for (size_t i = 0; i < input.values.size(); i++) input.values[i] = static_cast<float>(2 * numbers[i] - 1);
  return input;
}

}  // namespace mobilith::reference
