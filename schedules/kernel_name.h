// What people call a kernel.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mobilith {

// E.g. "separable_14x14x512_14x14x512": its type and the sizes (height, width, channels) of input and output,
// a C identifier; with its activations and its sigmoid where those are unusual: "..._depthwise_relu". Kernels
// that differ in other fields of the shape have equal names. Throws where the shape is not this type's.
std::string kernel_name(const std::string& type, const nlohmann::json& shape);

}  // namespace mobilith
