// Views of storages.
#pragma once

#include "state_dicts/state_dict.h"

namespace mobilith::file {

constexpr int64_t most_numbers = int64_t{1} << 28;  // of all tensors together

// How many numbers the tensor has. Throws Error where its shape, offset or strides are no view of its
// storage.
int64_t check_view(const NamedTensor&);

// The strides of a tensor whose numbers lie row by row.
std::vector<int64_t> row_major(const std::vector<int64_t>& shape);

}  // namespace mobilith::file
