// What all Keras files have in common.
#pragma once

#include <string>

#include "weights/hdf5_file.h"
#include "weights/keras_tensors.h"
#include "weights/keras_weights.h"
#include "weights/with_path.h"

namespace mobilith {

std::string shape_text(const std::vector<int>& shape);  // "(3, 3, 8)"

// Tensors by layer and role.
class KerasTensorWeights : public Weights {
 public:
  KerasTensorWeights(KerasSource source, Hdf5File file)
      : source_(std::move(source)), file_(std::move(file)) {}

  std::string hash() const override { return source_.sha256; }
  Tensor tensor(const std::string& layer, const std::string& wanted,
                const std::vector<int>& shape) const override;

 protected:
  virtual std::string stored_name(const std::string& layer) const { return layer; }
  [[noreturn]] void fail(const std::string& what) const;
  template <typename Read>
  auto named(Read read) const {
    return with_path(source_.path, read);
  }

  KerasSource source_;
  Hdf5File file_;
  TensorIndex index_;

 private:
  Tensor missing(const std::string& layer, const std::string& role, const std::vector<int>& shape) const;
};

// A file of weights alone. Throws WeightsError.
std::unique_ptr<Weights> open_keras_weights_only(KerasSource, Hdf5File, const ReadOptions&);

}  // namespace mobilith
