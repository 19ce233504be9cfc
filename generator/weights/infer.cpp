#include "weights/infer.h"

#include <algorithm>

namespace mobilith {

namespace {

// A layer that only this network has.
struct Mark {
  const char *layer, *net;
};
constexpr Mark marks[] = {{"conv_pw_13", "mobilenet_v1"}, {"block_16_project", "mobilenet_v2"}};

std::vector<double> candidate_alphas() {
  std::vector<double> alphas{1.0, 0.75, 0.5, 0.25, 0.35, 1.3, 1.4};
  for (int i = 1; i <= 1000; i++) alphas.push_back(i / 100.0);
  for (int i = 1; i <= 10000; i++) alphas.push_back(i / 1000.0);
  return alphas;
}

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

}  // namespace

FileConfiguration infer_configuration(const TensorIndex& index, const std::string& classifier) {
  FileConfiguration result;
  for (const Mark& mark : marks)
    if (kernel_of(index, mark.layer)) result.net = mark.net;
  if (const Hdf5Dataset* kernel = kernel_of(index, classifier)) result.classes = kernel->shape.back();
  if (!result.net) return result;
  if (const Hdf5Dataset* depthwise = kernel_of(index, "conv_dw_1"); depthwise && depthwise->shape.size() == 4)
    result.depth_multiplier = depthwise->shape[3];
  else
    result.depth_multiplier = 1;
  Configuration c;
  c.net = *result.net;
  c.depth_multiplier = *result.depth_multiplier;
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
