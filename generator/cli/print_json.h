#pragma once

#include <nlohmann/json.hpp>

namespace mobilith {

// On standard output, in ASCII. Never throws for texts that are no UTF-8, as paths may be: they are shown
// with replacement characters.
void print_json(const nlohmann::json&);

}  // namespace mobilith
