#include "layout/classifier_order.h"

#include <algorithm>

namespace mobilith {

ClassifierOrder classifier_order(const HeadShape& shape, const Channels& features, const Channels& classes,
                                 const Machine& machine) {
  ClassifierOrder order{features.stored(), 1};
  const bool convolves = shape.hidden_channels > 0;
  // Products of a hidden channel for each class. Measured on znver5: 3x3x112 and 5x5x160 are faster at once,
  // 7x7x320 and 7x7x448 in chunks. On znver4, with half as many FMAs a cycle: up to 5x5x320 (8 products) at
  // once, 6x6x240 and 7x7x320 in chunks; code for AVX2, whose convolution takes longer, up to 3x3x240 (2.2),
  // from 4x4x160 (2.6) on in chunks (docs/performance.md, 2026-11-28, night).
  const double products = double(shape.height) * shape.width * shape.in_channels / shape.classes;
  const double most = machine.lanes < 16 ? 2.5 : 8;
  const bool in_order =
      machine.streams ? !(convolves && products > 5) : machine.short_streams && convolves && products <= most;
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
