#include "layout/channels.h"

namespace mobilith {

ElementType weights_type(const Machine& machine) {
  if (machine.f16_weights || machine.f16_products) return ElementType::f16;
  return machine.bf16_weights || machine.bf16_products ? ElementType::bf16 : ElementType::f32;
}

namespace {

Channels fewest_vectors_of(int count, const Machine& machine) {
  Channels c{count, machine.lanes, 0};
  while (c.width > 4 && count <= c.width / 2) c.width /= 2;
  const int last = (count - 1) % c.width + 1, padding = c.width - last;
  if (machine.half_vectors && c.width == machine.lanes && 2 * last <= c.width &&
      8 * padding >= count + padding)
    c.width /= 2;
  c.vectors = (count + c.width - 1) / c.width;
  return c;
}

}  // namespace

Channels channels_of(int count, const Machine& machine) {
  Channels c = fewest_vectors_of(count, machine);
  if (machine.registers <= 16 && c.vectors > 16 && c.vectors < 64) c.vectors += c.vectors % 2;
  return c;
}

Channels classes_of(int count, const Machine& machine) {
  const auto covered = [](int vectors) {
    for (int tile = 12; tile >= 5; tile--)
      if (vectors % tile == 0) return true;
    return vectors <= 12;
  };
  Channels c = fewest_vectors_of(count, machine);
  while (!covered(c.vectors)) c.vectors++;
  return c;
}

}  // namespace mobilith
