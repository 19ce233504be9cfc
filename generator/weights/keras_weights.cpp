#include "weights/keras_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "weights/file_hash.h"
#include "weights/infer.h"
#include "weights/keras_config.h"
#include "weights/keras_tensors.h"
#include "weights/zip_archive.h"

namespace mobilith {

namespace {

std::string shape_text(const std::vector<int>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

class KerasWeights final : public Weights {
 public:
  KerasWeights(std::string path, Hdf5File file, const std::string& config_json)
      : path_(std::move(path)), file_(std::move(file)), index_(index_tensors(file_)) {
    if (index_.empty())
      throw WeightsError(fmt::format("{}: holds no layer's weights that we know how to find", path_));
    if (!config_json.empty()) config_ = parse_keras_config(config_json, path_);
    for (const char* own : {"conv_preds", "predictions"})
      if (index_.contains({own, "kernel"})) classifier_ = own;
    if (classifier_.empty()) classifier_ = find_classifier(index_, path_);
    configuration_ = infer_configuration(index_, classifier_);
    if (!configuration_.net)
      throw WeightsError(fmt::format(
          "{}: not a MobileNet: most layers of V1 (conv_pw_13...) and V2 (block_16_project...) are missing",
          path_));
    configuration_.height = config_.height, configuration_.width = config_.width;
  }

  FileConfiguration configuration() const override { return configuration_; }
  std::string hash() const override { return file_sha256(path_); }

  double epsilon(const std::string& layer) const override {
    const auto found = config_.epsilon.find(layer);
    return found == config_.epsilon.end() ? Weights::epsilon(layer) : found->second;
  }

  Tensor tensor(const std::string& layer, const std::string& role,
                const std::vector<int>& shape) const override {
    const bool classifier = layer == "conv_preds" || layer == "predictions";
    const std::string& stored = classifier ? classifier_ : layer;
    const auto found = index_.find({stored, role});
    if (found == index_.end()) return missing(stored, role, shape);
    const Hdf5Dataset& dataset = found->second;
    // A dense layer and a 1x1 convolution hold the same values in the same order.
    std::vector<int> expected = shape;
    if (classifier && expected.size() == 4 && dataset.shape.size() == 2) expected = {shape[2], shape[3]};
    if (classifier && expected.size() == 2 && dataset.shape.size() == 4)
      expected = {1, 1, shape[0], shape[1]};
    if (dataset.shape != expected)
      throw WeightsError(fmt::format("{}: {}/{}: has the shape {}, expected {}", path_, stored, role,
                                     shape_text(dataset.shape), shape_text(expected)));
    Tensor tensor{shape, file_.read(dataset)};
    for (size_t i = 0; i < tensor.values.size(); i++)
      if (!std::isfinite(tensor.values[i]))
        throw WeightsError(fmt::format("{}: {}/{}: value {} of {} is {}, expected finite numbers", path_,
                                       stored, role, i, tensor.values.size(), tensor.values[i]));
    return tensor;
  }

 private:
  // Keras leaves variables out that a layer was told not to have; anything else is an error.
  Tensor missing(const std::string& layer, const std::string& role, const std::vector<int>& shape) const {
    size_t count = 1;
    for (int extent : shape) count *= static_cast<size_t>(extent);
    if (role == "gamma" && index_.contains({layer, "moving_variance"}))
      return {shape, std::vector<float>(count, 1.0f)};
    if (role == "beta" && index_.contains({layer, "moving_variance"}))
      return {shape, std::vector<float>(count, 0.0f)};
    if (role == "bias" && index_.contains({layer, "kernel"})) return {shape, std::vector<float>(count, 0.0f)};
    for (const auto& [key, dataset] : index_)
      if (key.first == layer)
        throw WeightsError(fmt::format("{}: layer '{}' has no '{}', expected the shape {}", path_, layer,
                                       role, shape_text(shape)));
    throw WeightsError(fmt::format("{}: layer '{}' is missing; expected its '{}' of shape {}", path_, layer,
                                   role, shape_text(shape)));
  }

  std::string path_;
  Hdf5File file_;
  TensorIndex index_;
  KerasConfig config_;
  std::string classifier_;
  FileConfiguration configuration_;
};

}  // namespace

std::unique_ptr<Weights> open_keras_hdf5(const std::string& path) {
  Hdf5File file = Hdf5File::open(path);
  const std::string config = file.root_text("model_config").value_or("");
  return std::make_unique<KerasWeights>(path, std::move(file), config);
}

std::unique_ptr<Weights> open_keras_zip(const std::string& path) {
  const ZipArchive zip(path);
  const std::string config = zip.read("config.json");
  return std::make_unique<KerasWeights>(
      path, Hdf5File::from_memory(zip.read("model.weights.h5"), path + ": model.weights.h5"), config);
}

}  // namespace mobilith
