// Files that give named tensors and no graph: PyTorch's state dicts, in both of torch.save's forms, and
// safetensors. Nothing of a file is executed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/element_type.h"

namespace mobilith::file {

// Numbers of one type, little-endian, in memory that `owner` keeps.
struct Storage {
  std::shared_ptr<const std::string> owner;
  std::string_view bytes;
};

// A tensor of the file: element (i, j...) is the storage's number offset + i strides[0] + j strides[1]...;
// all of them are inside the storage. Tensors may share a storage.
struct NamedTensor {
  std::string name;
  ElementType type = ElementType::unsaid;
  std::vector<int64_t> shape;  // as the file has it: PyTorch's order of axes; empty: a scalar
  Storage storage;
  int64_t offset = 0;  // in elements
  std::vector<int64_t> strides;
};

// Row-major in the tensor's shape, whatever its strides are.
std::vector<double> values(const NamedTensor&);

// What a file holds for a model.
struct StateDict {
  std::vector<NamedTensor> tensors;   // in the file's order; no name is there twice
  std::vector<std::string> left_out;  // entries beside them that no answer depends on, as "optimizer"
  std::string config{};               // the text of config.json in the file's folder, where it was asked for
};

// The file's kind ("PyTorch", "safetensors") by its content; empty: none of those that are read here.
std::string state_dict_format(const std::string& bytes);

// Throws Error, one line, which does not name the file. Memory and time are bounded by the file's size; all
// tensors together have at most 2^28 numbers. `bytes` stay alive with the tensors, which point into them.
StateDict read_state_dict(std::shared_ptr<const std::string> bytes);

}  // namespace mobilith::file
