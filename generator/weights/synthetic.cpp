// The formula of tests/data/golden/README.md: every value of every tensor from its name, so that tests need
// no weights file.
#include "weights/synthetic.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>

#include "weights/weights.h"

namespace mobilith {

namespace {

uint64_t fnv1a(const std::string& name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : name) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

double splitmix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  x ^= x >> 31;
  return static_cast<double>(x >> 40) * 0x1p-24;
}

struct Role {
  const char* name;
  const char* hashed;  // as the formula calls it
  double (*value)(double r, double most);
  double (*most)(const std::vector<int>& shape);
};

double around_zero(double r, double most) { return (2 * r - 1) * most; }
double around_one(double r, double) { return 0.5 + r; }

double most_of_kernel(const std::vector<int>& shape) {
  return std::sqrt(6.0 / std::accumulate(shape.begin(), shape.end() - 1, 1.0, std::multiplies<>()));
}

constexpr Role roles[] = {
    {"kernel", "kernel", around_zero, most_of_kernel},
    {"depthwise_kernel", "kernel", around_zero,
     [](const std::vector<int>& shape) { return std::sqrt(6.0 / double(shape[0] * shape[1])); }},
    {"gamma", "gamma", around_one, [](const std::vector<int>&) { return 1.5; }},
    {"moving_variance", "moving_variance", around_one, [](const std::vector<int>&) { return 1.5; }},
    {"beta", "beta", around_zero, [](const std::vector<int>&) { return 0.5; }},
    {"moving_mean", "moving_mean", around_zero, [](const std::vector<int>&) { return 0.3; }},
    {"bias", "bias", around_zero, [](const std::vector<int>&) { return 0.1; }},
};

class SyntheticWeights final : public Weights {
 public:
  FileConfiguration configuration() const override { return {}; }
  std::string hash() const override { return "synthetic"; }
  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    for (const Role& row : roles) {
      if (role != row.name) continue;
      Tensor tensor{shape, std::vector<float>(
                               std::accumulate(shape.begin(), shape.end(), size_t{1}, std::multiplies<>()))};
      const SyntheticNumbers numbers(layer + "/" + row.hashed);
      const double most = row.most(shape);
      for (size_t i = 0; i < tensor.values.size(); i++)
        tensor.values[i] = static_cast<float>(row.value(numbers[i], most));
      return tensor;
    }
    throw WeightsError("synthetic weights have no role '" + role + "'");
  }
};

}  // namespace

SyntheticNumbers::SyntheticNumbers(const std::string& name) : hash_(fnv1a(name)) {}
double SyntheticNumbers::operator[](uint64_t index) const { return splitmix(hash_ + index); }

double synthetic_uniform(const std::string& name, uint64_t index) { return SyntheticNumbers(name)[index]; }

std::unique_ptr<Weights> synthetic_weights() { return std::make_unique<SyntheticWeights>(); }

}  // namespace mobilith
