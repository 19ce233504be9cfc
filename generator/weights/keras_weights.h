// Keras files as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/keras_file_graph.h"
#include "weights/model_content.h"
#include "weights/weights.h"

namespace mobilith {

// Throw WeightsError.
HeldByFile read_keras_hdf5(ModelFiles&, const ReadOptions&);  // .h5, .weights.h5
HeldByFile read_keras_zip(ModelFiles&, const ReadOptions&);   // .keras

// A file of weights alone. path: for messages. hash: of the file. Throws WeightsError.
std::unique_ptr<Weights> open_keras_arrays(KerasArrays, const std::string& path, const std::string& hash,
                                           const ReadOptions&);

// The graph of an .h5 or .keras file, whatever network it holds (keras_file_graph()); its size, where the
// file leaves it open, is that of the options. Throws WeightsError, also for a file without settings.
file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions&);

}  // namespace mobilith
