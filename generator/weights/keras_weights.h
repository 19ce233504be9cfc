// Keras files as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/keras_layers.h"
#include "weights/weights.h"

namespace mobilith {

struct KerasSource {
  std::string path;    // for messages
  std::string sha256;  // of the file
  std::string config;  // the model's configuration, JSON; empty: the file has none
};

// bytes: the file's, not kept. path: for messages.
std::unique_ptr<Weights> open_keras_hdf5(const std::string& bytes, const std::string& path,
                                         const ReadOptions&);  // .h5, .weights.h5
std::unique_ptr<Weights> open_keras_zip(const std::string& bytes, const std::string& path,
                                        const ReadOptions&);  // .keras

}  // namespace mobilith
