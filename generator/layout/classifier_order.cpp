#include "layout/classifier_order.h"

#include <algorithm>

namespace mobilith {

ClassifierOrder classifier_order(const HeadShape& shape, const Channels& features, const Channels& classes,
                                 const Machine& machine) {
  ClassifierOrder order{features.stored(), 1};
  const bool convolves = shape.hidden_channels > 0;
  // Products of a hidden channel for each class. Measured on znver5: 3x3x112 and 5x5x160 are faster at once,
  // 7x7x320 and 7x7x448 in chunks. On znver4, with half as many FMAs a cycle: 3x3x112 and 4x4x112 at once (75
  // -> 70 us, 89 -> 82; code for znver3 87 -> 78, 98 -> 93), 5x5x160 and larger in chunks, since the networks
  // that they are of have more weights than its share of L3 holds.
  const double products = double(shape.height) * shape.width * shape.in_channels / shape.classes;
  const bool in_order =
      machine.streams ? !(convolves && products > 5) : machine.short_streams && convolves && products <= 2.5;
  if (in_order) {
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
