// Arrays that NumPy's save() wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mobilith {

struct Array {
  std::vector<int64_t> shape;
  std::vector<double> values;  // row-major
};

// A .npy file of f32, f64 or u8, little-endian, in C's order. Throws std::runtime_error, one line that names
// the file, for any other, and for one that is not as long as its shape says. (numpy.lib.format, versions 1
// to 3)
Array read_npy(const std::filesystem::path&);

}  // namespace mobilith
