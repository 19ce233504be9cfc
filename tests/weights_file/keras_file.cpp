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

int variable_number(const std::string& role) {
  const std::map<std::string, int> numbers{{"kernel", 0}, {"bias", 1},        {"gamma", 0},
                                           {"beta", 1},   {"moving_mean", 2}, {"moving_variance", 3}};
  return numbers.at(role);
}

}  // namespace

KerasFile::KerasFile(const Configuration& c) : network_(build_network(c)) {
  const auto weights = open_weights("synthetic");
  auto add = [&](const std::string& layer, const std::string& role, const std::vector<int>& shape) {
    tensors_[{layer, role == "depthwise_kernel" ? "kernel" : role}] = weights->tensor(layer, role, shape);
  };
  for (const Block& block : network_.blocks)
    for (const Layer& layer : block.layers) {
      if (!layer.kernel_shape().empty()) add(layer.name, layer.kernel_role(), layer.kernel_shape());
      if (layer.bias) add(layer.name, "bias", {layer.out.channels});
      if (!layer.batch_norm.empty())
        for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"})
          add(layer.batch_norm, role, {layer.out.channels});
    }
}

void KerasFile::erase(const std::string& layer) {
  std::erase_if(tensors_, [&](const auto& entry) { return entry.first.first == layer; });
}

namespace {

using nlohmann::json;

// Layers one after the other, as a Functional model of Keras 2 lists them.
class FunctionalConfig {
 public:
  // Reads the layer before it, and `other` where that is given.
  void add(const char* kind, const std::string& name, json settings, const std::string& other = "") {
    settings["name"] = name;
    json inbound = json::array();
    if (!last_.empty()) inbound.push_back({last_, 0, 0, json::object()});
    if (!other.empty()) inbound.push_back({other, 0, 0, json::object()});
    layers_.push_back({{"class_name", kind},
                       {"name", name},
                       {"config", std::move(settings)},
                       {"inbound_nodes", inbound.empty() ? inbound : json::array({inbound})}});
    if (first_.empty()) first_ = name;
    last_ = name;
  }
  const std::string& last() const { return last_; }
  json settings() const {
    const auto end = [](const std::string& name) { return json::array({json::array({name, 0, 0})}); };
    return {{"layers", layers_}, {"input_layers", end(first_)}, {"output_layers", end(last_)}};
  }
  std::string text() const {
    json named = settings();
    named["name"] = "model";
    return json{{"class_name", "Functional"}, {"config", named}}.dump();
  }

 private:
  json layers_ = json::array();
  std::string first_, last_;
};

}  // namespace

std::string KerasFile::model_config(bool nested) const {
  const Configuration& c = network_.configuration;
  FunctionalConfig config;
  const json image{{"batch_shape", {nullptr, c.height, c.width, 3}}};
  config.add("InputLayer", "input_layer", image);
  if (!extra_layer.empty()) config.add(extra_layer.c_str(), "extra", json::object());
  for (const Block& block : network_.blocks) {
    const std::string input = config.last();
    for (const Layer& layer : block.layers) {
      if (layer.kind == LayerKind::pool) {
        if (nested) {
          const json base = config.settings();
          config = {};
          config.add("InputLayer", "input_layer_1", image);
          config.add("Functional", "base", base);
        }
        config.add("GlobalAveragePooling2D", layer.name, {{"keepdims", true}});
      } else if (layer.kind == LayerKind::add) {
        config.add("Add", layer.name, json::object(), input);
      } else if (layer.kind == LayerKind::dense) {
        const bool dense = nested || !layer.dense_is_convolution;
        const std::string name = nested ? "dense" : layer.name;
        json settings{{dense ? "units" : "filters", layer.out.channels},
                      {"activation", dense ? activation : "linear"}};
        if (!dense) settings["kernel_size"] = {1, 1};
        config.add(dense ? "Dense" : "Conv2D", name, settings);
        if (!dense) config.add("Activation", "predictions", {{"activation", activation}});
      } else if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise) {
        const LayerWindow& w = layer.window;
        const bool padded = w.stride == 2;
        if (padded)
          config.add("ZeroPadding2D", layer.name + "_pad",
                     {{"padding", {{w.pads.top, w.pads.bottom}, {w.pads.left, w.pads.right}}}});
        json settings{{"kernel_size", {w.height, w.width}},
                      {"strides", {w.stride, w.stride}},
                      {"padding", padded ? "valid" : "same"},
                      {"use_bias", layer.bias}};
        const bool depthwise = layer.kind == LayerKind::depthwise;
        settings[depthwise ? "depth_multiplier" : "filters"] =
            depthwise ? layer.depth_multiplier : layer.out.channels;
        config.add(depthwise ? "DepthwiseConv2D" : "Conv2D", layer.name, settings);
        if (!layer.batch_norm.empty())
          config.add("BatchNormalization", layer.batch_norm, {{"epsilon", epsilon}, {"axis", {3}}});
        if (layer.activation != ActivationFunction::none)
          config.add("ReLU", layer.name + "_relu",
                     {{"max_value", layer.activation == ActivationFunction::relu6 ? json(6.0) : json()}});
      }
    }
  }
  return config.text();
}

// Keras's names of groups: classes, numbered in the order of the model's layers.
std::map<std::string, std::string> KerasFile::group_names() const {
  std::map<std::string, std::string> groups;
  std::map<std::string, int> counts;
  const auto add = [&](const std::string& layer, const std::string& kind) {
    const int number = counts[kind]++;
    groups[layer] = "/layers/" + kind + (number ? "_" + std::to_string(number) : "") + "/vars";
  };
  for (const Block& block : network_.blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kernel_shape().empty()) continue;
      add(layer.name, layer.kind == LayerKind::depthwise ? "depthwise_conv2d"
                      : layer.kernel_shape().size() == 2 ? "dense"
                                                         : "conv2d");
      if (!layer.batch_norm.empty()) add(layer.batch_norm, "batch_normalization");
    }
  return groups;
}

void KerasFile::write(Layout layout, const std::filesystem::path& path) const {
  if (layout == Layout::keras_zip || layout == Layout::keras2_zip) {
    const TemporaryFolder folder;
    write(layout == Layout::keras_zip ? Layout::keras3_weights : Layout::keras2_weights,
          folder / "model.weights.h5");
    write_text(folder / "config.json", model_config());
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const char* member : {"config.json", "model.weights.h5"})
      zip_file_add(archive, member, zip_source_file(archive, (folder / member).c_str(), 0, -1), 0);
    if (zip_close(archive) != 0) throw std::runtime_error("can't write the zip file");
    return;
  }
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (layout == Layout::hdf5_model || layout == Layout::hdf5_nested)
    write_attribute(file, "model_config", model_config(layout == Layout::hdf5_nested));
  const std::map<std::string, std::string> groups = group_names();
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
      write_dataset(file, groups.at(layer) + "/" + std::to_string(variable_number(role)), tensor);
    }
  }
  const bool grouped = layout == Layout::keras3_weights || layout == Layout::keras2_weights;
  for (const auto& [layer, group] : groups) {
    if (!grouped || H5Lexists(file, "layers", H5P_DEFAULT) <= 0) break;
    const hid_t handle = H5Gopen2(file, group.c_str(), H5P_DEFAULT);
    if (handle < 0) continue;  // erased
    if (layout == Layout::keras3_weights) write_attribute(handle, "name", layer);
    H5Gclose(handle);
  }
  H5Fclose(file);
}

}  // namespace mobilith::testing
