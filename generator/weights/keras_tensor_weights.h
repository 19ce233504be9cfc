// What all Keras files have in common.
#pragma once

#include <string>

#include "weights/keras_arrays.h"
#include "weights/keras_tensors.h"
#include "weights/keras_weights.h"
#include "weights/with_path.h"

namespace mobilith {

std::string shape_text(const std::vector<int>& shape);  // "(3, 3, 8)"

// Tensors by layer and role.
class KerasTensorWeights : public Weights {
 public:
  KerasTensorWeights(KerasArrays arrays, std::string path, std::string hash)
      : path_(std::move(path)), hash_(std::move(hash)), arrays_(std::move(arrays)) {}

  std::string hash() const override { return hash_; }
  Tensor tensor(const std::string& layer, const std::string& wanted,
                const std::vector<int>& shape) const override;

 protected:
  virtual std::string stored_name(const std::string& layer) const { return layer; }
  [[noreturn]] void fail(const std::string& what) const;
  template <typename Read>
  auto named(Read read) const {
    return with_path(path_, read);
  }

  std::string path_, hash_;
  KerasArrays arrays_;
  TensorIndex index_;

 private:
  Tensor missing(const std::string& layer, const std::string& role, const std::vector<int>& shape) const;
};

}  // namespace mobilith
