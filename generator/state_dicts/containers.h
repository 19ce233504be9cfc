// The containers of state dicts; state_dict.cpp has their table.
#pragma once

#include "state_dicts/state_dict.h"

namespace mobilith::file {

// Each looks at the content alone.
bool is_torch_zip(const std::string& bytes);
bool is_torch_pickles(const std::string& bytes);
bool is_safetensors(const std::string& bytes);

// As read_state_dict(); `bytes` are of that container.
StateDict read_torch_zip(const std::shared_ptr<const std::string>& bytes);
StateDict read_torch_pickles(const std::shared_ptr<const std::string>& bytes);
StateDict read_safetensors(const std::shared_ptr<const std::string>& bytes);

}  // namespace mobilith::file
