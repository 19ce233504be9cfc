// Layers that a file of weights alone names, and that the network it is taken for has not.
#pragma once

#include <string>
#include <vector>

namespace mobilith {

// The first group of the file that is such a layer, "layers/rescaling"; empty: there is none. Keras gives a
// layer without weights its group, too. groups: paths, "/layers/conv2d_3/vars". net: of the tables.
std::string foreign_layer(const std::vector<std::string>& groups, const std::string& net);

}  // namespace mobilith
