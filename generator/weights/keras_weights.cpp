#include "weights/keras_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "graph/evaluate.h"
#include "models/recognise.h"
#include "text/sha256.h"
#include "weights/file_bytes.h"
#include "weights/infer.h"
#include "weights/keras_file_graph.h"
#include "weights/keras_graph.h"
#include "weights/keras_tensors.h"
#include "weights/zip_archive.h"

namespace mobilith {

namespace {

std::string shape_text(const std::vector<int>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

constexpr int any_side = 224;  // where structure alone is asked for

Network any_network(const std::string& net) {
  Configuration c;
  c.net = net;
  return build_network(c);
}

// The name of a table's network's classifier.
std::string own_classifier(const std::string& net) {
  return any_network(net).blocks.back().find(LayerKind::dense)->name;
}

// Of each table's network, its last layer before the head: "mobilenet_v1 (conv_pw_13...)".
std::vector<std::string> example_layers() {
  std::vector<std::string> examples;
  for (const std::string& net : network_names()) {
    const Network network = any_network(net);
    examples.push_back(
        fmt::format("{} ({}...)", net, network.blocks.at(network.blocks.size() - 2).layers.back().name));
  }
  return examples;
}

// Runs what reads a file; its errors name the file.
template <typename Read>
auto with_path(const std::string& path, Read read) {
  try {
    return read();
  } catch (const WeightsError& error) {
    if (error.message.text.starts_with(path)) throw;
    FieldMessage message = error.message;
    message.text = fmt::format("{}: {}", path, message.text);
    throw WeightsError(message);
  }
}

// What all Keras files have in common: tensors by layer and role.
class KerasWeights : public Weights {
 public:
  KerasWeights(KerasSource source, Hdf5File file) : source_(std::move(source)), file_(std::move(file)) {}

  std::string hash() const override { return source_.sha256; }

  Tensor tensor(const std::string& layer, const std::string& wanted,
                const std::vector<int>& shape) const override {
    const std::string role =
        wanted == "depthwise_kernel" ? "kernel" : wanted;  // as keras_tensors.h calls both
    const auto found = index_.find({stored_name(layer), role});
    if (found == index_.end()) return missing(stored_name(layer), role, shape);
    const Hdf5Dataset& dataset = found->second;
    // A dense layer and a 1x1 convolution hold the same values in the same order.
    std::vector<int> stored = dataset.shape;
    if (role == "kernel" && stored.size() == 2 && shape.size() == 4 && shape[0] == 1 && shape[1] == 1)
      stored.insert(stored.begin(), {1, 1});
    if (role == "kernel" && shape.size() == 2 && stored.size() == 4 && stored[0] == 1 && stored[1] == 1)
      stored.erase(stored.begin(), stored.begin() + 2);
    if (stored != shape)
      fail(fmt::format("{}/{}: has the shape {}, expected {}", layer, role, shape_text(dataset.shape),
                       shape_text(shape)));
    Tensor tensor{shape, file_.read(dataset)};
    for (size_t i = 0; i < tensor.values.size(); i++)
      if (!std::isfinite(tensor.values[i]))
        fail(fmt::format("{}/{}: value {} of {} is {}, expected finite numbers", layer, role, i,
                         tensor.values.size(), tensor.values[i]));
    return tensor;
  }

 protected:
  virtual std::string stored_name(const std::string& layer) const { return layer; }
  [[noreturn]] void fail(const std::string& what) const {
    throw WeightsError(fmt::format("{}: {}", source_.path, what));
  }
  // Runs what reads the file; its errors name the file.
  template <typename Read>
  auto named(Read read) const {
    return with_path(source_.path, read);
  }

  KerasSource source_;
  Hdf5File file_;
  TensorIndex index_;

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
        fail(fmt::format("layer '{}' has no '{}', expected the shape {}", layer, role, shape_text(shape)));
    fail(fmt::format("layer '{}' is missing; expected its '{}' of shape {}", layer, role, shape_text(shape)));
  }
};

// The tensors of an HDF5 file, which must outlive it.
class Hdf5Tensors final : public KerasTensors {
 public:
  explicit Hdf5Tensors(const Hdf5File& file) : file_(file) {}
  void claim(const std::vector<KerasLayer>& layers) override {
    index_ = claim_tensors(file_.datasets(), layers);
  }
  KerasTensor read(const KerasLayer& layer, const std::string& role) const override {
    const Hdf5Dataset& dataset = index_.at({layer.name, role});
    return {{dataset.shape.begin(), dataset.shape.end()}, file_.read(dataset)};
  }

 private:
  const Hdf5File& file_;
  TensorIndex index_;
};

// A whole model: its configuration says what it computes.
class KerasModel final : public KerasWeights {
 public:
  KerasModel(KerasSource source, Hdf5File file, const ReadOptions& options)
      : KerasWeights(std::move(source), std::move(file)), options_(options) {
    named([&] {
      model_ = read_keras_graph(source_.text.config, options);
      const Operation& image = model_.graph.operations.front();
      configuration_.height = image.height, configuration_.width = image.width;
      const Network found =
          recognise(model_.graph, image.height.value_or(any_side), image.width.value_or(any_side));
      index_ = claim_tensors(file_.datasets(), model_.layers);
      configuration_.net = found.configuration.net, configuration_.alpha = found.configuration.alpha;
      configuration_.depth_multiplier = found.configuration.depth_multiplier;
      configuration_.classes = found.configuration.classes;
    });
  }

  FileConfiguration configuration() const override { return configuration_; }

  Network network(const Configuration& c) const override {
    return named([&] { return recognise(model_.graph, c.height, c.width); });
  }

  double epsilon(const std::string& layer) const override {
    for (const KerasLayer& row : model_.layers)
      if (row.name == layer) return row.epsilon;
    return Weights::epsilon(layer);
  }

  std::optional<file::Graph> graph(int height, int width) const override {
    return named([&] {
      Hdf5Tensors tensors(file_);
      return keras_file_graph(source_.text, tensors, options_, height, width);
    });
  }

  std::vector<double> value(const std::vector<double>& image) const override {
    const int height = configuration_.height.value_or(options_.height.value_or(any_side)),
              width = configuration_.width.value_or(options_.width.value_or(any_side));
    if (size_t(height) * size_t(width) * 3 != image.size()) return {};
    const std::vector<std::vector<double>> inputs{image};
    return named([&] { return file::evaluate(*graph(height, width), inputs).at(0).numbers; });
  }

 private:
  ReadOptions options_;
  KerasGraph model_;
  FileConfiguration configuration_;
};

// Weights alone: names and shapes say which network of the tables they are for; what it computes is that
// network's.
class KerasWeightsOnly final : public KerasWeights {
 public:
  KerasWeightsOnly(KerasSource source, Hdf5File file, const ReadOptions& options)
      : KerasWeights(std::move(source), std::move(file)) {
    named([&] {
      index_ = index_tensors(file_.datasets());
      if (index_.empty()) fail("holds no layer's weights that we know how to find");
      // Layers of another type than Keras's default would compute in it.
      for (const auto& [key, dataset] : index_)
        if (!dataset.f32 && !options.as_f32)
          throw WeightsError({.text = fmt::format("{} is not of float32; ", dataset.path),
                              .mentioned = "dtype",
                              .rest = " f32 takes it and computes in f32 all the same"});
      for (const std::string& net : network_names())
        if (const std::string own = own_classifier(net); index_.contains({own, "kernel"})) classifier_ = own;
      if (classifier_.empty()) classifier_ = find_classifier(index_);
      configuration_ = infer_configuration(index_, classifier_);
      if (!configuration_.net)
        fail(fmt::format("not a MobileNet: most layers of {} are missing",
                         fmt::join(example_layers(), " and ")));
      own_classifier_ = own_classifier(*configuration_.net);
      // Checked here, so that what is only described is checked, too.
      Configuration c{*configuration_.net, configuration_.alpha.value_or(1.0),
                      configuration_.depth_multiplier.value_or(1)};
      c.classes = configuration_.classes.value_or(c.classes);
      network(c);
    });
  }

  FileConfiguration configuration() const override { return configuration_; }

  Network network(const Configuration& c) const override {
    if (c.classes == 1)
      fail(
          "has one class, which no softmax ends in; whether a sigmoid or nothing does is said by a file with "
          "the model's "
          "settings alone (.keras or .h5)");
    Network network = build_network(c);
    std::map<std::pair<std::string, std::string>, Hdf5Dataset> left = index_;
    for (Block& block : network.blocks)
      for (Layer& layer : block.layers) {
        if (layer.kernel_shape().empty()) continue;
        layer.bias = index_.contains({stored_name(layer.name), "bias"});
        for (const char* role : {"kernel", "bias"}) left.erase({stored_name(layer.name), role});
        for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
          left.erase({layer.batch_norm, role});
      }
    if (!left.empty())
      fail(fmt::format("the tensor {} (shape {}) belongs to no layer of {}", left.begin()->second.path,
                       shape_text(left.begin()->second.shape), c.net));
    return network;
  }

  std::string assumed() const override {
    return fmt::format(
        "{} holds weights without the model's settings; assumed are those of Keras's own {}: strides, "
        "padding, ReLU6, "
        "epsilon 0.001, a softmax at the end, and the resolution unless it was given",
        source_.path, *configuration_.net);
  }

 private:
  std::string stored_name(const std::string& layer) const override {
    return layer == own_classifier_ ? classifier_ : layer;
  }

  std::string own_classifier_, classifier_;  // as the table's network and as the file call it
  FileConfiguration configuration_;
};

}  // namespace

namespace {

// A file's text and tensors; no text: weights alone.
struct Opened {
  KerasSource source;
  Hdf5File file;
};

Opened open_hdf5(const std::string& bytes, const std::string& path) {
  Hdf5File file = Hdf5File::from_memory(bytes, path);
  KerasText text{file.root_text("model_config").value_or(""), file.root_text("keras_version").value_or("")};
  return {{path, sha256(bytes), std::move(text)}, std::move(file)};
}

// The version is in metadata.json, which older files and tests have not.
std::string version_of(const ZipArchive& zip) {
  const std::vector<std::string> members = zip.members();
  if (std::find(members.begin(), members.end(), "metadata.json") == members.end()) return "";
  const auto metadata = nlohmann::json::parse(zip.read("metadata.json"), nullptr, /*allow_exceptions=*/false);
  const bool said = metadata.is_object() && metadata.contains("keras_version") && metadata["keras_version"].is_string();
  return said ? metadata["keras_version"].get<std::string>() : "";
}

Opened open_zip(const std::string& bytes, const std::string& path) {
  const ZipArchive zip(bytes, path);
  KerasText text{zip.read("config.json"), version_of(zip)};
  return {{path, sha256(bytes), std::move(text)},
          Hdf5File::from_memory(zip.read("model.weights.h5"), path + ": model.weights.h5")};
}

}  // namespace

std::unique_ptr<Weights> open_keras_hdf5(const std::string& bytes, const std::string& path,
                                         const ReadOptions& options) {
  Opened opened = open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    return std::make_unique<KerasWeightsOnly>(std::move(opened.source), std::move(opened.file), options);
  return std::make_unique<KerasModel>(std::move(opened.source), std::move(opened.file), options);
}

std::unique_ptr<Weights> open_keras_zip(const std::string& bytes, const std::string& path,
                                        const ReadOptions& options) {
  Opened opened = open_zip(bytes, path);
  return std::make_unique<KerasModel>(std::move(opened.source), std::move(opened.file), options);
}

file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions& options) {
  const Opened opened = bytes.starts_with("PK") ? open_zip(bytes, path) : open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    throw WeightsError(fmt::format("{}: holds weights without the model's settings", path));
  Hdf5Tensors tensors(opened.file);
  return with_path(path, [&] { return keras_file_graph(opened.source.text, tensors, options, options.height, options.width); });
}

}  // namespace mobilith
