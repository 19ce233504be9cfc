#include "layout/classifier_order.h"

#include <algorithm>

namespace mobilith {

ClassifierOrder classifier_order(const HeadShape& shape, const Channels& features, const Channels& classes,
                                 const Machine& machine) {
  ClassifierOrder order{features.stored(), 1};
  const bool convolves = shape.hidden_channels > 0;
  // Measured on znver5: 3x3x112 and 5x5x160 are faster at once, 7x7x320 and 7x7x448 in chunks.
  const bool long_convolution = shape.height * shape.width * shape.in_channels > 5 * shape.classes;
  if (machine.streams && !(convolves && long_convolution)) {
    for (int tile = 1; tile <= 7; tile++)
      if (classes.vectors % tile == 0) order.tile = tile;
  } else if (convolves) {
    int chunk = std::max(1, 32 / features.width);
    while (features.vectors % chunk != 0) chunk--;
    order.chunk = chunk * features.width;
  }
  return order;
}

}  // namespace mobilith
