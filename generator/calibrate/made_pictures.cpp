#include "calibrate/made_pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mobilith::calibration {

namespace {

// Vigna's splitmix64; from 0 to 1.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  double next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return double((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

 private:
  uint64_t state_;
};

// A disc, lighter towards one side, with a grain.
struct Leaf {
  double y, x, radius, shade_y, shade_x, grain;
  std::vector<double> colour;
};

// Radii are distributed as 1 / r^3: each size covers as much as any other.
Leaf leaf(Random& random, const Shape& shape, double grey) {
  const double side = std::max(shape.height, shape.width);
  constexpr double least = 0.015, most = 0.5;
  const double u = random.next();
  const double radius = 1 / std::sqrt((1 - u) / (least * least) + u / (most * most));
  Leaf leaf{random.next() * shape.height,
            random.next() * shape.width,
            radius * side,
            random.next() - 0.5,
            random.next() - 0.5,
            0.15 * random.next() * random.next(),
            {}};
  const double light = random.next();
  for (int c = 0; c < shape.channels; c++) leaf.colour.push_back(light * grey + random.next() * (1 - grey));
  return leaf;
}

void put(const Leaf& leaf, const Shape& shape, Random& random, std::vector<double>& picture) {
  const double shade = 0.6 * (random.next() - 0.3);
  const int from = std::max(0, int(leaf.y - leaf.radius)),
            to = std::min(shape.height, int(leaf.y + leaf.radius) + 1);
  for (int y = from; y < to; y++) {
    const double dy = y - leaf.y, half = std::sqrt(std::max(0.0, leaf.radius * leaf.radius - dy * dy));
    const int left = std::max(0, int(leaf.x - half)), right = std::min(shape.width, int(leaf.x + half) + 1);
    for (int x = left; x < right; x++) {
      const double light = shade * (dy * leaf.shade_y + (x - leaf.x) * leaf.shade_x) / leaf.radius +
                           leaf.grain * (random.next() - 0.5);
      for (int c = 0; c < shape.channels; c++)
        picture[(size_t(y) * shape.width + x) * shape.channels + c] =
            std::clamp(leaf.colour[size_t(c)] + light, 0.0, 1.0);
    }
  }
}

}  // namespace

std::vector<double> made_picture(size_t index, const Shape& shape) {
  Random random(index);
  std::vector<double> picture(size_t(shape.height) * shape.width * shape.channels, random.next());
  const double grey = 0.3 + 0.6 * random.next();
  const int leaves = 100 + int(900 * random.next());
  for (int i = 0; i < leaves; i++) put(leaf(random, shape, grey), shape, random, picture);
  return picture;
}

}  // namespace mobilith::calibration
