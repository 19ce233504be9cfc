// Which network a set of tensor shapes belongs to.
#pragma once

#include "weights/keras_tensors.h"
#include "weights/weights.h"

namespace mobilith {

// net from the layers' names (most of one network's must be there), depth multiplier and classes from
// kernels, and alpha: the published values first, then hundredths, then thousandths; the first whose every
// channel count agrees with the file. classifier: the layer that stands for the network's own. What can't be
// told stays empty.
FileConfiguration infer_configuration(const TensorIndex&, const std::string& classifier);

// Whether two configurations have the same layers with the same kernel shapes, so that weights fit both.
bool same_shapes(const Network&, const Network&);

}  // namespace mobilith
