// Names that become C symbols.
#pragma once

#include <string>

namespace mobilith {

// Throws UsageError, naming --name, unless a model can be called so in C and C++.
void require_identifier(const std::string& name);

}  // namespace mobilith
