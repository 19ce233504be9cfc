// What the tests of quantised graphs share.
#pragma once

#include <filesystem>
#include <string>

#include "formats/read_graph.h"
#include "graph/value.h"

namespace mobilith::testing {

// ONNX's graphs are fused. Throws file::Error, or std::runtime_error where there is no file.
file::Graph graph_of_file(const std::filesystem::path&);
file::Graph graph_of_bytes(std::string bytes);

// A value's numbers as a file of this type has them.
std::string stored_bytes(const file::Value&, file::ElementType);

}  // namespace mobilith::testing
