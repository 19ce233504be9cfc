// A frame in a tree's manifest.
#pragma once

#include <nlohmann/json.hpp>

#include "networks/frame.h"

namespace mobilith {

nlohmann::json frame_json(const Frame&);
// Throws a JSON exception, or std::invalid_argument, where it is none.
Frame frame_of(const nlohmann::json&);

}  // namespace mobilith
