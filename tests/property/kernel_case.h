// A kernel of one of the types for chains of layers, with values, and what it must compute.
#pragma once

#include <optional>
#include <random>

#include "property/single_kernel.h"

namespace mobilith::property {

struct KernelCase {
  KernelSpec spec;  // with the default schedule
  std::vector<float> input;
  std::vector<double> expected;
  int channels = 0, stored = 0;  // of each pixel or run of the output: what is expected, and what is stored
};

// The types that kernel_case() knows.
std::vector<std::string> layer_types();

// shape: of the type. Values and weights by the generator's state. special: if given, one value of the input,
// of convolution, depthwise and pool.
KernelCase kernel_case(const std::string& type, const nlohmann::json& shape, const Machine&, std::mt19937_64&,
                       std::optional<double> special = {});

// Of sizes that plain loops compute in milliseconds.
nlohmann::json random_shape(const std::string& type, std::mt19937_64&);

}  // namespace mobilith::property
