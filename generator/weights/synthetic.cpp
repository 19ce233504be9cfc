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
  double (*value)(double r, const std::vector<int>& shape);
};

double kernel_value(double r, const std::vector<int>& shape) {
  const double fan_in = std::accumulate(shape.begin(), shape.end() - 1, 1.0, std::multiplies<>());
  return (2 * r - 1) * std::sqrt(6.0 / fan_in);
}

double depthwise_value(double r, const std::vector<int>& shape) {
  const double fan_in = shape[0] * shape[1];
  return (2 * r - 1) * std::sqrt(6.0 / fan_in);
}

constexpr Role roles[] = {
    {"kernel", "kernel", kernel_value},
    {"depthwise_kernel", "kernel", depthwise_value},
    {"gamma", "gamma", [](double r, const std::vector<int>&) { return 0.5 + r; }},
    {"moving_variance", "moving_variance", [](double r, const std::vector<int>&) { return 0.5 + r; }},
    {"beta", "beta", [](double r, const std::vector<int>&) { return (2 * r - 1) * 0.5; }},
    {"moving_mean", "moving_mean", [](double r, const std::vector<int>&) { return (2 * r - 1) * 0.3; }},
    {"bias", "bias", [](double r, const std::vector<int>&) { return (2 * r - 1) * 0.1; }},
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
      const uint64_t hash = fnv1a(layer + "/" + row.hashed);
      for (size_t i = 0; i < tensor.values.size(); i++)
        tensor.values[i] = static_cast<float>(row.value(splitmix(hash + i), shape));
      return tensor;
    }
    throw WeightsError("synthetic weights have no role '" + role + "'");
  }
};

}  // namespace

double synthetic_uniform(const std::string& name, uint64_t index) { return splitmix(fnv1a(name) + index); }

std::unique_ptr<Weights> synthetic_weights() { return std::make_unique<SyntheticWeights>(); }

}  // namespace mobilith
