#pragma once

namespace mobilith {

// How a pointwise convolution walks over pixels: by (x, y), or by p = y * width + x, so that a tile may cross
// from a row into the next.
enum class PixelOrder { rows, flat };

}  // namespace mobilith
