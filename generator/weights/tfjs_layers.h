// TF.js's layers models: a Keras model as JSON, whose weights are in files beside it.
#pragma once

#include <memory>
#include <string>

#include "formats/read_graph.h"
#include "weights/model_content.h"
#include "weights/weights.h"

namespace mobilith {

// Whether the bytes are a model.json with the settings of layers, and not one of TensorFlow's operations.
bool is_tfjs_layers(const std::string& bytes);

// The graph (keras_file_graph()). Throws WeightsError or file::Error, which do not name the file.
file::Graph read_tfjs_layers(const std::string& bytes, const ReadOptions&, const file::ReadRequest&);

// The same of the model's files. Throws WeightsError, which names the file.
HeldByFile read_tfjs_layers(ModelFiles&, const ReadOptions&);

}  // namespace mobilith
