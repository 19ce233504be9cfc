// The tensors of a Keras file, each claimed by the one layer that it belongs to.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "weights/hdf5_file.h"
#include "weights/keras_layers.h"

namespace mobilith {

using TensorIndex = std::map<std::pair<std::string, std::string>, Hdf5Dataset>;  // (layer, role) -> dataset

// Keras's two layouts:
//   legacy   [/model_weights]/LAYER/.../ROLE[:0]; the layers of a model inside:
//   [/model_weights]/MODEL/.../LAYER/ROLE[:0] grouped  /layers/conv2d_3/vars/N: Keras 3's .weights.h5 and
//   .keras, and Keras 2's .keras. The group is the layer's
//            class with a number; N counts the layer's variables; `vars` may have an attribute with the
//            layer's name
bool is_grouped(const std::vector<Hdf5Dataset>&);

// The optimiser's state, metrics, and the seeds of dropout and augmentation: not read at inference.
bool is_of_training(const Hdf5Dataset&);

// By the configuration's layers. Every dataset that is not the optimiser's belongs to one variable of one
// layer, and every variable is there. Throws WeightsError, which names the tensor, where that is not so.
TensorIndex claim_tensors(const std::vector<Hdf5Dataset>&, const std::vector<KerasLayer>&);

// Without a configuration: by the names in the file; of a grouped file without names, by the order of the
// classes' numbers in a network of the tables. Every dataset that is not the optimiser's is in the index.
// Throws WeightsError where one can't be told, or two claim one place.
TensorIndex index_tensors(const std::vector<Hdf5Dataset>&);

// The classifier where it does not have the network's own name: the one dense layer (kernel of two
// dimensions) of the file. Throws WeightsError where there is none or more than one.
std::string find_classifier(const TensorIndex&);

}  // namespace mobilith
