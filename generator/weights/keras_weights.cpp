#include "weights/keras_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text/bounded_json.h"
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
  std::string path;  // for messages
  KerasText text;
  Hdf5File file;
};

Opened open_hdf5(const std::string& bytes, const std::string& path) {
  Hdf5File file = Hdf5File::from_memory(bytes, path);
  KerasText text{file.root_text("model_config").value_or(""), file.root_text("keras_version").value_or("")};
  return {path, std::move(text), std::move(file)};
}

// The version is in metadata.json, which older files and tests have not.
std::string version_of(const ZipArchive& zip) {
  const std::vector<std::string> members = zip.members();
  if (std::find(members.begin(), members.end(), "metadata.json") == members.end()) return "";
  try {
    const nlohmann::json metadata = parse_json_within(zip.read("metadata.json"));
    const bool said =
        metadata.is_object() && metadata.contains("keras_version") && metadata["keras_version"].is_string();
    return said ? metadata["keras_version"].get<std::string>() : "";
  } catch (const JsonFault&) {
    return "";
  }
}

Opened open_zip(const std::string& bytes, const std::string& path) {
  const ZipArchive zip(bytes, path);
  KerasText text{zip.read("config.json"), version_of(zip)};
  return {path, std::move(text),
          Hdf5File::from_memory(zip.read("model.weights.h5"), path + ": model.weights.h5")};
}

file::Graph graph_of(const Opened& opened, const ReadOptions& options) {
  Hdf5Tensors tensors(opened.file);
  return with_path(opened.path, [&] {
    return keras_file_graph(opened.text, tensors, options, options.height, options.width);
  });
}

GraphContent model_of(const Opened& opened, const ReadOptions& options) {
  return {.graph = graph_of(opened, options), .assumed = assumed_size(opened.text, options)};
}

KerasArrays arrays_of(const Opened& opened) {
  return with_path(opened.path, [&] {
    KerasArrays arrays{opened.file.datasets(), opened.file.groups()};
    for (const Hdf5Dataset& dataset : arrays.datasets)
      if (dataset.unreadable.empty() && !is_of_training(dataset))
        arrays.values[dataset.path] = opened.file.read(dataset);
    return arrays;
  });
}

}  // namespace

HeldByFile read_keras_hdf5(ModelFiles& files, const ReadOptions& options) {
  const Opened opened = open_hdf5(*files.bytes(), files.path());
  if (opened.text.config.empty()) return arrays_of(opened);
  return model_of(opened, options);
}

HeldByFile read_keras_zip(ModelFiles& files, const ReadOptions& options) {
  return model_of(open_zip(*files.bytes(), files.path()), options);
}

file::Graph read_keras_file(const std::string& bytes, const std::string& path, const ReadOptions& options) {
  const Opened opened = bytes.starts_with("PK") ? open_zip(bytes, path) : open_hdf5(bytes, path);
  if (opened.text.config.empty())
    throw WeightsError(fmt::format("{}: holds weights without the model's settings", path));
  return graph_of(opened, options);
}

}  // namespace mobilith
