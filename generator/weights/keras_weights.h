// Keras files as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

std::unique_ptr<Weights> open_keras_hdf5(const std::string& path);  // .h5, .weights.h5
std::unique_ptr<Weights> open_keras_zip(const std::string& path);   // .keras

}  // namespace mobilith
