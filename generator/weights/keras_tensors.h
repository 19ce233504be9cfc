// The tensors of a Keras file, found by layer and role wherever Keras nested them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "weights/hdf5_file.h"

namespace mobilith {

using TensorIndex = std::map<std::pair<std::string, std::string>, Hdf5Dataset>;  // (layer, role) -> dataset

// Knows Keras's two layouts:
//   .../LAYER/ROLE or LAYER/ROLE:0          HDF5 models and weights of Keras 2 and 3
//   .../vars/N, `vars` named after LAYER    Keras 3's .weights.h5 and .keras; N counts the layer's variables
TensorIndex index_tensors(const Hdf5File&);

// The classifier where it does not have the network's own name: the one dense layer (kernel of two
// dimensions) of the file. Throws WeightsError, which names `label`, where there is none or more than one.
std::string find_classifier(const TensorIndex&, const std::string& label);

}  // namespace mobilith
