// The quantised ONNX files of the tests, as messages that can be changed.
#pragma once

#include <mobilith_onnx.pb.h>

#include <filesystem>
#include <string>

namespace mobilith::testing {

namespace onnx = mobilith::file::onnx;

inline const std::filesystem::path onnx_folder = MOBILITH_TEST_DATA "/quantised_onnx";

// Throws std::runtime_error where there is none of this name, without its ending.
onnx::Model onnx_model(const std::string& name);

// Throws std::runtime_error where there is none.
onnx::Node& node_named(onnx::Model&, const std::string& name);

// The constant that is the node's input i. Throws std::runtime_error where it is none.
onnx::Tensor& constant_of(onnx::Model&, const onnx::Node&, int i);

}  // namespace mobilith::testing
