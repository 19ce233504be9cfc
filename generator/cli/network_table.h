// A network's blocks and layers as `mobilith describe` prints them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "networks/network.h"

namespace mobilith {

// A line for each layer, under a line of titles; shares are of these blocks' multiply-adds.
void print_layers(const std::vector<Block>&);
// Parameters, multiply-adds, memory, and what was published of it.
void print_totals(const Network&);

nlohmann::json layers_json(const std::vector<Block>&);
// All of it, with the layers.
nlohmann::json network_json(const Network&);

}  // namespace mobilith
