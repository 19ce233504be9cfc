// The datasets of a Keras file of weights alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "weights/hdf5_file.h"

namespace mobilith {

struct KerasArrays {
  std::vector<Hdf5Dataset> datasets;
  std::vector<std::string> groups{};                   // paths
  std::map<std::string, std::vector<float>> values{};  // by path, row-major; of all that a layer may have
};

}  // namespace mobilith
