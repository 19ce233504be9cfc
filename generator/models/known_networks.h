// Whether blocks are those of a network in the table.
#pragma once

#include <vector>

#include "networks/network.h"

namespace mobilith {

// The table's configuration of these blocks, or that of a network of no table.
Configuration configuration_of(const Network&, int height, int width);

// The alphas that are tried, all of them thousandths: the published ones, then hundredths, then the rest.
std::vector<double> candidate_alphas();

// Whether two networks have the same blocks, shapes, strides; names, padding, activations and biases apart.
bool same_structure(const Network&, const Network&);

}  // namespace mobilith
