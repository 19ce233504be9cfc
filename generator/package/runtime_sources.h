// The runtime's C sources, carried inside the generator. Written into one folder, `cc -std=c11 -O2 -c
// mobilith.c` compiles them for any target.
#pragma once

#include <string_view>
#include <vector>

namespace mobilith {

struct RuntimeSource {
  std::string_view name, text;  // the file's name, without a folder
};

// Sorted by folder, then name.
std::vector<RuntimeSource> runtime_sources();

}  // namespace mobilith
