// The networks that there are. A new one is a file with its function and a row in table.cpp.
#pragma once

#include "networks/network.h"

namespace mobilith {

Network mobilenet_v1(const Configuration&);
Network mobilenet_v2(const Configuration&);
Network mobilenet_v3_large(const Configuration&), mobilenet_v3_small(const Configuration&);
Network mobilenet_v3_large_minimalistic(const Configuration&);
Network mobilenet_v3_small_minimalistic(const Configuration&);

// Those of which trained weights are published.
std::vector<Configuration> mobilenet_v1_published();  // arXiv 1704.04861
std::vector<Configuration> mobilenet_v2_published();  // arXiv 1801.04381
// arXiv 1905.02244
std::vector<Configuration> mobilenet_v3_large_published(), mobilenet_v3_small_published();
std::vector<Configuration> mobilenet_v3_large_minimalistic_published();
std::vector<Configuration> mobilenet_v3_small_minimalistic_published();

}  // namespace mobilith
