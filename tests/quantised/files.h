// What the tests of quantised graphs share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "formats/read_graph.h"
#include "graph/value.h"

namespace mobilith::testing {

// ONNX's graphs are fused. Throws file::Error, or std::runtime_error where there is no file.
file::Graph graph_of_file(const std::filesystem::path&);
file::Graph graph_of_bytes(std::string bytes);

// A value's numbers as a file of this type has them.
std::string stored_bytes(const file::Value&, file::ElementType);

// As formula() in fixture_formula.py: numbers that look random, as the tensor stores them.
std::vector<double> formula_input(const file::Tensor&);

std::string hexadecimal(const std::string& bytes);

}  // namespace mobilith::testing
