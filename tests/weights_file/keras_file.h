// Weights files in the layouts that Keras writes, made at test time with the synthetic formula's values.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "networks/network.h"
#include "weights/weights.h"

namespace mobilith::testing {

// As Keras 3.15 and Keras 2 write them; observed from files of real ones.
enum class Layout {
  hdf5_model,      // model.save("x.h5"): /model_weights/LAYER/LAYER/ROLE, attribute model_config
  hdf5_weights,    // Keras 2's save_weights("x.h5"): /LAYER/LAYER/ROLE:0
  hdf5_nested,     // a base model inside another: /model_weights/BASE/LAYER/ROLE, the classifier
                   // /model_weights/dense/dense/ROLE
  keras3_weights,  // save_weights("x.weights.h5"): /layers/conv2d_3/vars/0, `vars` with the attribute name =
                   // LAYER
  keras2_weights,  // the same of Keras 2.12 to 2.15: no attribute says which layer it is
  keras_zip,       // model.save("x.keras"): a zip of config.json and model.weights.h5
  keras2_zip,      // the same of Keras 2
};

class KerasFile {
 public:
  explicit KerasFile(const Configuration&);
  Tensor& tensor(const std::string& layer, const std::string& role) { return tensors_.at({layer, role}); }
  void erase(const std::string& layer);
  void write(Layout, const std::filesystem::path&) const;
  std::string extra_layer;             // class of one more layer in the model configuration
  std::string activation = "softmax";  // of the classifier, in the model configuration
  double epsilon = 1e-3;               // of all batch norms, in the model configuration
  const Network& network() const { return network_; }

 private:
  std::string model_config(bool nested = false) const;
  std::map<std::string, std::string> group_names() const;
  Network network_;
  std::map<std::pair<std::string, std::string>, Tensor> tensors_;  // (layer, role)
};

}  // namespace mobilith::testing
