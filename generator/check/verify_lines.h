// What the child of a verification says of an input: a line of JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "check/verify.h"

namespace mobilith::check {

nlohmann::json line_of(const VerifiedInput&);
VerifiedInput verified_input(const nlohmann::json& line);

}  // namespace mobilith::check
