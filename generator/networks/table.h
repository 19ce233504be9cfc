// The networks that there are. A new one is a file with its function and a row in table.cpp.
#pragma once

#include "networks/network.h"

namespace mobilith {

Network mobilenet_v1(const Configuration&);
Network mobilenet_v2(const Configuration&);

}  // namespace mobilith
