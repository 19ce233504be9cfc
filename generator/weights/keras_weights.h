// Keras files as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/keras_file_graph.h"
#include "weights/weights.h"

namespace mobilith {

struct KerasSource {
  std::string path;    // for messages
  std::string sha256;  // of the file
  KerasText text;      // without a configuration: the file has none
};

// bytes: the file's, not kept. path: for messages.
std::unique_ptr<Weights> open_keras_hdf5(const std::string& bytes, const std::string& path,
                                         const ReadOptions&);  // .h5, .weights.h5
std::unique_ptr<Weights> open_keras_zip(const std::string& bytes, const std::string& path,
                                        const ReadOptions&);  // .keras

// The graph of an .h5 or .keras file, whatever network it holds (keras_file_graph()); its size, where the
// file leaves it open, is that of the options. Throws WeightsError, also for a file without settings.
file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions&);

}  // namespace mobilith
