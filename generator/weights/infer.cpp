#include "weights/infer.h"

#include "models/known_networks.h"

namespace mobilith {

namespace {

const Hdf5Dataset* kernel_of(const TensorIndex& index, const std::string& layer) {
  const auto found = index.find({layer, "kernel"});
  return found == index.end() ? nullptr : &found->second;
}

// Every kernel that the file has agrees; the classifier is left out, its name and classes being free.
bool agrees(const TensorIndex& index, const Network& network) {
  for (const Block& block : network.blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kind == LayerKind::dense || layer.kernel_shape().empty()) continue;
      const Hdf5Dataset* kernel = kernel_of(index, layer.name);
      if (kernel && kernel->shape != layer.kernel_shape()) return false;
    }
  return true;
}

// The network most of whose layers are in the file, if more than half of them are.
std::optional<std::string> nearest_network(const TensorIndex& index) {
  std::optional<std::string> nearest;
  double most = 0.5;
  for (const std::string& name : network_names()) {
    Configuration c;
    c.net = name;
    int layers = 0, found = 0;
    for (const Block& block : build_network(c).blocks)
      for (const Layer& layer : block.layers)
        if (!layer.kernel_shape().empty()) layers++, found += kernel_of(index, layer.name) != nullptr;
    if (found > most * layers) most = static_cast<double>(found) / layers, nearest = name;
  }
  return nearest;
}

// Of the first depthwise layer; Keras's shape is (3, 3, in, multiplier).
int depth_multiplier(const TensorIndex& index, const Network& network) {
  for (const Block& block : network.blocks)
    if (const Layer* depthwise = block.find(LayerKind::depthwise))
      if (const Hdf5Dataset* kernel = kernel_of(index, depthwise->name); kernel && kernel->shape.size() == 4)
        return kernel->shape[3];
  return 1;
}

}  // namespace

FileConfiguration infer_configuration(const TensorIndex& index, const std::string& classifier) {
  FileConfiguration result;
  result.net = nearest_network(index);
  if (const Hdf5Dataset* kernel = kernel_of(index, classifier)) result.classes = kernel->shape.back();
  if (!result.net) return result;
  Configuration c;
  c.net = *result.net;
  c.depth_multiplier = depth_multiplier(index, build_network(c));
  result.depth_multiplier = c.depth_multiplier;
  for (double alpha : candidate_alphas()) {
    c.alpha = alpha;
    try {
      if (!agrees(index, build_network(c))) continue;
    } catch (const ConfigurationError&) {
      continue;  // e.g. too small for the stem
    }
    result.alpha = alpha;
    break;
  }
  return result;
}

bool same_shapes(const Network& a, const Network& b) {
  auto shapes = [](const Network& network) {
    std::vector<std::pair<std::string, std::vector<int>>> all;
    for (const Block& block : network.blocks)
      for (const Layer& layer : block.layers) all.emplace_back(layer.name, layer.kernel_shape());
    return all;
  };
  return shapes(a) == shapes(b);
}

}  // namespace mobilith
