// State dicts as files.
#pragma once

#include <string>

#include "state_dicts/state_dict.h"

namespace mobilith::testing {

// Tensors are dense, of float32 or int64.
std::string safetensors_of(const file::StateDict&);
// What torch.save writes with _use_new_zipfile_serialization=False.
std::string pickle_of(const file::StateDict&);

}  // namespace mobilith::testing
