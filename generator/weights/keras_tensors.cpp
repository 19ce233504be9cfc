#include "weights/keras_tensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

#include "weights/weights.h"

namespace mobilith {

namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  for (size_t begin = 1; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The role of variable `number` of a layer; batch norms are known by the group's automatic name,
// "batch_normalization_12".
std::string numbered_role(const std::string& group, const std::string& number) {
  static constexpr std::array batch_norm{"gamma", "beta", "moving_mean", "moving_variance"};
  static constexpr std::array others{"kernel", "bias"};
  size_t index = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (error != std::errc() || end != number.data() + number.size()) return "";
  if (group.starts_with("batch_normalization")) return index < batch_norm.size() ? batch_norm[index] : "";
  return index < others.size() ? others[index] : "";
}

}  // namespace

TensorIndex index_tensors(const Hdf5File& file) {
  TensorIndex index;
  for (Hdf5Dataset& dataset : file.datasets()) {
    const std::vector<std::string> parts = split(dataset.path);
    const size_t n = parts.size();
    if (n < 2 || parts[0] == "optimizer" || parts[0] == "optimizer_weights") continue;
    if (n >= 3 && parts[n - 2] == "vars") {
      const std::string layer = dataset.group_name, role = numbered_role(parts[n - 3], parts[n - 1]);
      if (!layer.empty() && !role.empty()) index.emplace(std::pair{layer, role}, std::move(dataset));
      continue;
    }
    std::string role = parts[n - 1].substr(0, parts[n - 1].find(':'));
    if (role == "depthwise_kernel") role = "kernel";
    index.emplace(std::pair{parts[n - 2], role}, std::move(dataset));
  }
  return index;
}

std::string find_classifier(const TensorIndex& index, const std::string& label) {
  std::vector<std::string> dense;
  for (const auto& [key, dataset] : index)
    if (key.second == "kernel" && dataset.shape.size() == 2) dense.push_back(key.first);
  if (dense.empty())
    throw WeightsError(fmt::format(
        "{}: no classifier: expected one dense layer, found none (saved without its top?)", label));
  if (dense.size() > 1)
    throw WeightsError(fmt::format("{}: expected one dense layer as the classifier, found {}: {}", label,
                                   dense.size(), fmt::join(dense, ", ")));
  return dense.front();
}

}  // namespace mobilith
