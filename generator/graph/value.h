// Tensors as numbers: what the interpreter computes with.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace mobilith::file {

// Row-major. Numbers that the file stores quantised are here what they mean.
struct Value {
  Extents shape;
  ElementType type =
      ElementType::f32;  // of whole numbers their type; all others, and quantised ones, are f32
  bool known = false;    // whether the numbers are there, and not their shape alone
  std::vector<double> numbers{};
};

// How many elements there are. Throws Error, which begins with `what`, for extents below 0 or for more than
// 2^28.
int64_t elements(const Extents&, const std::string& what);

// "1x224x224x3"; "no axes"
std::string text_of(const Extents&);

// A constant's numbers. Throws Error where its bytes are not as many as its shape says.
Value value_of(const Tensor&);

// What a tensor's numbers are called in Value::type.
ElementType value_type(const Tensor&);

// A tensor that holds these numbers, as f64 or as a whole type.
Tensor constant_tensor(std::string name, const Extents&, std::span<const double>,
                       ElementType = ElementType::f64);

// Axes counted from the end become those from the front. Throws Error for one that is not there, or there
// twice.
std::vector<int64_t> from_front(const Operation&, std::vector<int64_t> axes, size_t rank);

}  // namespace mobilith::file
