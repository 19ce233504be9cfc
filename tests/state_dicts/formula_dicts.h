// State dicts whose tensors come from the formula of the golden outputs.
#pragma once

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "state_dicts/state_dict.h"
#include "state_dicts/strided.h"
#include "weights/synthetic.h"

namespace mobilith::testing {

// The values of a tensor of this role and shape, whose numbers are those of `key`.
inline std::vector<float> formula_values(const std::string& key, const std::string& role,
                                         const std::vector<int64_t>& shape) {
  double count = 1, fan_in = 1;
  for (size_t i = 0; i < shape.size(); i++) {
    count *= double(shape[i]);
    if (i > 0) fan_in *= double(shape[i]);
  }
  const bool kernel = role == "weight" && shape.size() > 1;
  const bool around_one = !kernel && (role == "weight" || role == "running_var");
  const double most = kernel ? std::sqrt(6.0 / fan_in) : 0.3;
  const SyntheticNumbers numbers(key);
  std::vector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); i++)
    values[i] = float(around_one ? 0.5 + numbers[i] : (2 * numbers[i] - 1) * most);
  return values;
}

inline file::NamedTensor named_tensor(const std::string& name, file::ElementType type,
                                      const std::vector<int64_t>& shape, std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  return {name, type, shape, {owner, *owner}, 0, file::row_major(shape)};
}

// The numbers of `key`, under the name `name`.
inline file::NamedTensor formula_tensor(const std::string& key, const std::vector<int64_t>& shape,
                                        const std::string& name) {
  const std::vector<float> numbers = formula_values(key, key.substr(key.rfind('.') + 1), shape);
  std::string bytes(numbers.size() * sizeof(float), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return named_tensor(name, file::ElementType::f32, shape, std::move(bytes));
}

// The formula's image (y, x, c), as (c, y, x).
inline std::vector<double> formula_image(int64_t height, int64_t width) {
  std::vector<double> image(size_t(3 * height * width));
  for (int64_t i = 0; i < 3 * height * width; i++)
    image[size_t(i % 3 * height * width + i / 3)] = float(2 * synthetic_uniform("input", uint64_t(i)) - 1);
  return image;
}

// The largest difference over the largest value expected. Infinite where there are not as many.
inline double relative_difference(const std::vector<double>& ours, const std::vector<double>& expected) {
  if (ours.size() != expected.size()) return HUGE_VAL;
  double worst = 0, largest = 1e-30;
  for (size_t i = 0; i < expected.size(); i++) {
    worst = std::max(worst, std::abs(ours[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

// torchvision's names of today as older ones of V2: conv.A.B to conv.3A+B, and what a block ends in after
// that.
std::string older_name(const std::string& key);
// The same, with the last convolution and the classifier beside the features.
std::string name_apart(const std::string& key);

}  // namespace mobilith::testing
