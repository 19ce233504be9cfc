// Model files with one change each: what is recognised computes what the file's own graph does, or the file
// is refused in one line.
#pragma once

#include <string>

#include "networks/network.h"

namespace mobilith::testing {

// The first blocks of a narrow network of the table, small enough to be computed some hundred times.
Network small_network(const std::string& net, size_t blocks);

struct Outcome {
  int answered = 0, refused = 0;
};

// Checks the file at the path: what the library would compute, block by block, against the file's graph, on
// the formula's image.
void check_file(const std::string& path, Outcome&);

}  // namespace mobilith::testing
