// An exploration as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "explore/exploration.h"

namespace mobilith {

void print_exploration(const explore::Exploration&);

// Seconds, bytes, percent; what is not known is null.
nlohmann::json exploration_json(const explore::Exploration&);

}  // namespace mobilith
