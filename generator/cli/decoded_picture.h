// A picture's pixels, decoded apart.
#pragma once

#include <filesystem>
#include <vector>

namespace mobilith {

// What read_picture() (generated/apps/picture) makes of the file: float32 (y, x, RGB), -1 to 1. A child
// process decodes it, because pictures come from anywhere. Throws std::runtime_error: one line that names the
// file. Thread-safe where computed_apart() is.
std::vector<float> decoded_picture(const std::filesystem::path&, int height, int width);

}  // namespace mobilith
