// A Keras model as a model file's graph.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "weights/keras_operations.h"

namespace mobilith {

// A tensor of the file, row-major.
struct KerasTensor {
  file::Extents shape;
  std::vector<float> values;
};

// What a Keras model is read from: its configuration as JSON, and who wrote it ("2.4.0"; empty: not said).
struct KerasText {
  std::string config, version;
};

// The tensors of a model's layers, asked for once its layers are known.
class KerasTensors {
 public:
  virtual ~KerasTensors() = default;
  // Each tensor of the file belongs to one variable of one layer, and every variable has one. Throws
  // WeightsError otherwise.
  virtual void claim(const std::vector<KerasLayer>&) = 0;
  virtual KerasTensor read(const KerasLayer&, const std::string& role) const = 0;
};

// All that the model computes, with batch norms as such, through file::infer(). The constants are the model's
// variables in f32, named "conv1/kernel" after layer and role; operations have a layer's class as type and
// its name as name. The input's order of axes is the file's; its batch is 1. height, width: of the image,
// where the file leaves them open; else 224. Outputs are the model's, in order. Throws WeightsError, one line
// that names layer, setting or tensor.
file::Graph keras_file_graph(const KerasText&, KerasTensors&, const ReadOptions&, std::optional<int> height,
                             std::optional<int> width);

// What keras_file_graph() assumes of the image's size, because neither the file nor the options say it;
// empty: nothing. Throws WeightsError.
std::string assumed_size(const KerasText&, const ReadOptions&);

}  // namespace mobilith
