#include "weights/keras_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text/sha256.h"
#include "weights/graph_file.h"
#include "weights/keras_file_graph.h"
#include "weights/keras_tensor_weights.h"
#include "weights/zip_archive.h"

namespace mobilith {

namespace {

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

file::Graph graph_of(const Opened& opened, const ReadOptions& options) {
  Hdf5Tensors tensors(opened.file);
  return with_path(opened.source.path, [&] {
    return keras_file_graph(opened.source.text, tensors, options, options.height, options.width);
  });
}

std::unique_ptr<Weights> open_model(const Opened& opened, const ReadOptions& options) {
  return open_file_graph(graph_of(opened, options), opened.source.path, opened.source.sha256, options,
                         assumed_size(opened.source.text, options));
}

}  // namespace

std::unique_ptr<Weights> open_keras_hdf5(const std::string& bytes, const std::string& path,
                                         const ReadOptions& options) {
  Opened opened = open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    return open_keras_weights_only(std::move(opened.source), std::move(opened.file), options);
  return open_model(opened, options);
}

std::unique_ptr<Weights> open_keras_zip(const std::string& bytes, const std::string& path,
                                        const ReadOptions& options) {
  return open_model(open_zip(bytes, path), options);
}

file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions& options) {
  const Opened opened = bytes.starts_with("PK") ? open_zip(bytes, path) : open_hdf5(bytes, path);
  if (opened.source.text.config.empty())
    throw WeightsError(fmt::format("{}: holds weights without the model's settings", path));
  return graph_of(opened, options);
}

}  // namespace mobilith
