// The networks that there are. A new one is a file with its function and a row in table.cpp.
#pragma once

#include "networks/network.h"

namespace mobilith {

Network mobilenet_v1(const Configuration&);
Network mobilenet_v2(const Configuration&);

// Those of which trained weights are published.
std::vector<Configuration> mobilenet_v1_published();  // arXiv 1704.04861
std::vector<Configuration> mobilenet_v2_published();  // arXiv 1801.04381

}  // namespace mobilith
