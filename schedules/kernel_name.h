// What people call a kernel.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace mobilith {

// E.g. "separable_14x14x512_14x14x512": its type and the sizes (height, width, channels) of input and output,
// a C identifier; with its window, activations and sigmoid where those are unusual: "..._5x5_depthwise_relu".
// Kernels that differ in other fields of the shape have equal names. Throws where the shape is not this
// type's.
std::string kernel_name(const std::string& type, const nlohmann::json& shape);

// Makes the names of one list's kernels unique: the second of an equal name ends in "_2", for instance with
// and without a residual. Kernels that are given in the order of a network's blocks, each once, have the same
// names in every list.
class KernelNames {
 public:
  std::string next(const std::string& type, const nlohmann::json& shape);

 private:
  std::map<std::string, int> given_;
};

}  // namespace mobilith
