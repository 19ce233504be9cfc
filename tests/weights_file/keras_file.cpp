#include "weights_file/keras_file.h"

#include <hdf5.h>
#include <zip.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "process.h"

namespace mobilith::testing {

namespace {

void write_attribute(hid_t object, const char* name, const std::string& text) {
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, H5T_VARIABLE);
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  const char* value = text.c_str();
  H5Awrite(attribute, type, &value);
  H5Aclose(attribute), H5Sclose(space), H5Tclose(type);
}

void write_dataset(hid_t file, const std::string& path, const Tensor& tensor) {
  const std::vector<hsize_t> extents(tensor.shape.begin(), tensor.shape.end());
  const hid_t space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
              link = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(link, 1);
  const hid_t dataset = H5Dcreate2(file, path.c_str(), H5T_IEEE_F32LE, space, link, H5P_DEFAULT, H5P_DEFAULT);
  if (dataset < 0) throw std::runtime_error("can't write " + path);
  H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.values.data());
  H5Dclose(dataset), H5Pclose(link), H5Sclose(space);
}

// Keras 3's automatic name of a layer's group: its class in snake case, numbered.
const char* group_class(const Tensor* kernel, bool depthwise) {
  if (!kernel) return "batch_normalization";
  if (depthwise) return "depthwise_conv2d";
  return kernel->shape.size() == 2 ? "dense" : "conv2d";
}

int variable_number(const std::string& role) {
  const std::map<std::string, int> numbers{{"kernel", 0}, {"bias", 1},        {"gamma", 0},
                                           {"beta", 1},   {"moving_mean", 2}, {"moving_variance", 3}};
  return numbers.at(role);
}

}  // namespace

KerasFile::KerasFile(const Configuration& c) : network_(build_network(c)) {
  const auto weights = open_weights("synthetic");
  auto add = [&](const std::string& layer, const std::string& role, const std::vector<int>& shape) {
    tensors_[{layer, role}] = weights->tensor(layer, role, shape);
  };
  for (const Block& block : network_.blocks)
    for (const Layer& layer : block.layers) {
      if (!layer.kernel_shape().empty()) add(layer.name, "kernel", layer.kernel_shape());
      if (layer.bias) add(layer.name, "bias", {layer.out.channels});
      if (!layer.batch_norm.empty())
        for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
          add(layer.batch_norm, role, {layer.out.channels});
    }
}

void KerasFile::erase(const std::string& layer) {
  std::erase_if(tensors_, [&](const auto& entry) { return entry.first.first == layer; });
}

std::string KerasFile::model_config() const {
  const Configuration& c = network_.configuration;
  nlohmann::json layers = nlohmann::json::array();
  auto add = [&](const char* kind, nlohmann::json config) {
    layers.push_back({{"class_name", kind}, {"config", std::move(config)}});
  };
  add("InputLayer", {{"name", "input_layer"}, {"batch_shape", {nullptr, c.height, c.width, 3}}});
  if (!extra_layer.empty()) add(extra_layer.c_str(), {{"name", "extra"}});
  add("Dense", {{"name", "predictions"}, {"activation", activation}});
  for (const Block& block : network_.blocks)
    for (const Layer& layer : block.layers)
      if (!layer.batch_norm.empty())
        add("BatchNormalization", {{"name", layer.batch_norm}, {"epsilon", epsilon}});
  return nlohmann::json{{"class_name", "Functional"}, {"config", {{"name", "model"}, {"layers", layers}}}}
      .dump();
}

void KerasFile::write(Layout layout, const std::filesystem::path& path) const {
  if (layout == Layout::keras_zip) {
    const TemporaryFolder folder;
    write(Layout::keras3_weights, folder / "model.weights.h5");
    write_text(folder / "config.json", model_config());
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const char* member : {"config.json", "model.weights.h5"})
      zip_file_add(archive, member, zip_source_file(archive, (folder / member).c_str(), 0, -1), 0);
    if (zip_close(archive) != 0) throw std::runtime_error("can't write the zip file");
    return;
  }
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (layout == Layout::hdf5_model || layout == Layout::hdf5_nested)
    write_attribute(file, "model_config", model_config());
  std::map<std::string, std::string> groups;  // Keras 3: layer -> group
  std::map<std::string, int> counts;
  for (const auto& [key, tensor] : tensors_) {
    const auto& [layer, role] = key;
    const bool classifier = layer == "predictions" || layer == "conv_preds";
    if (layout == Layout::hdf5_model) {
      write_dataset(file, "/model_weights/" + layer + "/" + layer + "/" + role, tensor);
    } else if (layout == Layout::hdf5_nested) {
      Tensor stored = tensor;  // a classifier on top of a base model is a dense layer, for V1 too
      if (classifier && stored.shape.size() == 4)
        stored.shape.erase(stored.shape.begin(), stored.shape.begin() + 2);
      write_dataset(file, "/model_weights/" + (classifier ? "dense/dense" : "base/" + layer) + "/" + role,
                    stored);
    } else if (layout == Layout::hdf5_weights) {
      const bool depthwise =
          role == "kernel" && (layer.ends_with("_depthwise") || layer.starts_with("conv_dw_"));
      write_dataset(file, "/" + layer + "/" + layer + "/" + (depthwise ? "depthwise_kernel" : role) + ":0",
                    tensor);
    } else {
      if (!groups.contains(layer)) {
        const auto kernel = tensors_.find({layer, "kernel"});
        const std::string kind =
            group_class(kernel == tensors_.end() ? nullptr : &kernel->second,
                        layer.find("depthwise") != std::string::npos || layer.starts_with("conv_dw_"));
        const int number = counts[kind]++;
        groups[layer] = "/layers/" + kind + (number ? "_" + std::to_string(number) : "") + "/vars";
      }
      write_dataset(file, groups[layer] + "/" + std::to_string(variable_number(role)), tensor);
    }
  }
  for (const auto& [layer, group] : groups) {
    const hid_t handle = H5Gopen2(file, group.c_str(), H5P_DEFAULT);
    write_attribute(handle, "name", layer);
    H5Gclose(handle);
  }
  H5Fclose(file);
}

}  // namespace mobilith::testing
