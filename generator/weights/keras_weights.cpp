#include "weights/keras_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph/evaluate.h"
#include "models/recognise.h"
#include "text/sha256.h"
#include "weights/graph_file.h"
#include "weights/keras_file_graph.h"
#include "weights/keras_graph.h"
#include "weights/keras_tensor_weights.h"
#include "weights/zip_archive.h"

namespace mobilith {

namespace {

constexpr int any_side = 224;  // where structure alone is asked for

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
class KerasModel final : public KerasTensorWeights {
 public:
  KerasModel(KerasSource source, Hdf5File file, const ReadOptions& options)
      : KerasTensorWeights(std::move(source), std::move(file)), options_(options) {
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

  std::vector<std::vector<double>> outputs_for(const std::vector<double>& image) const override {
    const int height = configuration_.height.value_or(options_.height.value_or(any_side)),
              width = configuration_.width.value_or(options_.width.value_or(any_side));
    if (size_t(height) * size_t(width) * 3 != image.size()) return {};
    const std::vector<std::vector<double>> inputs{image};
    return named([&] {
      std::vector<std::vector<double>> outputs;
      for (file::Value& output : file::evaluate(*graph(height, width), inputs))
        outputs.push_back(std::move(output.numbers));
      return outputs;
    });
  }

 private:
  ReadOptions options_;
  KerasGraph model_;
  FileConfiguration configuration_;
};

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
  const bool said =
      metadata.is_object() && metadata.contains("keras_version") && metadata["keras_version"].is_string();
  return said ? metadata["keras_version"].get<std::string>() : "";
}

Opened open_zip(const std::string& bytes, const std::string& path) {
  const ZipArchive zip(bytes, path);
  KerasText text{zip.read("config.json"), version_of(zip)};
  return {{path, sha256(bytes), std::move(text)},
          Hdf5File::from_memory(zip.read("model.weights.h5"), path + ": model.weights.h5")};
}

// V1 and V2 as Keras builds them, and what is like them, by the layers' own names and tensors, which packs
// their weights as it always has; all else by the model's graph.
std::unique_ptr<Weights> open_model(Opened opened, const std::string& bytes, const ReadOptions& options) {
  const std::string path = opened.source.path, hash = opened.source.sha256;
  const KerasText text = opened.source.text;
  try {
    return std::make_unique<KerasModel>(std::move(opened.source), std::move(opened.file), options);
  } catch (const WeightsError&) {
    std::unique_ptr<Weights> by_graph;
    try {
      by_graph = open_file_graph(read_keras_file(bytes, path, options), path, hash, options,
                                 assumed_size(text, options));
    } catch (const WeightsError&) {
    }
    if (by_graph) return by_graph;
    throw;
  }
}

}  // namespace

std::unique_ptr<Weights> open_keras_hdf5(const std::string& bytes, const std::string& path,
                                         const ReadOptions& options) {
  Opened opened = open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    return open_keras_weights_only(std::move(opened.source), std::move(opened.file), options);
  return open_model(std::move(opened), bytes, options);
}

std::unique_ptr<Weights> open_keras_zip(const std::string& bytes, const std::string& path,
                                        const ReadOptions& options) {
  return open_model(open_zip(bytes, path), bytes, options);
}

file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions& options) {
  const Opened opened = bytes.starts_with("PK") ? open_zip(bytes, path) : open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    throw WeightsError(fmt::format("{}: holds weights without the model's settings", path));
  Hdf5Tensors tensors(opened.file);
  return with_path(path, [&] {
    return keras_file_graph(opened.source.text, tensors, options, options.height, options.width);
  });
}

}  // namespace mobilith
