#include "weights/keras_tensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "models/model_error.h"

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

bool of_training(const std::vector<std::string>& parts) {
  if (parts[0] == "optimizer" || parts[0] == "optimizer_weights" || parts[0] == "metrics") return true;
  for (const std::string& part : parts)
    if (part == "seed_generator") return true;
  return false;
}

struct Place {
  const Hdf5Dataset* dataset;
  std::vector<std::string> parts;  // of the path; without "model_weights"
};

std::vector<Place> weights_of(const std::vector<Hdf5Dataset>& datasets) {
  std::vector<Place> places;
  for (const Hdf5Dataset& dataset : datasets) {
    Place place{&dataset, split(dataset.path)};
    if (of_training(place.parts)) continue;
    if (place.parts[0] == "model_weights") place.parts.erase(place.parts.begin());
    places.push_back(std::move(place));
  }
  return places;
}

// "depthwise_kernel:0" -> "kernel"
std::string role_of(const std::string& variable) {
  const std::string role = variable.substr(0, variable.find(':'));
  return role == "depthwise_kernel" ? "kernel" : role;
}

std::optional<size_t> number_of(const std::string& text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void unclaimed(const Hdf5Dataset& dataset) {
  throw WeightsError(fmt::format("the tensor {} (shape ({})) belongs to no layer of the network",
                                 dataset.path, fmt::join(dataset.shape, ", ")));
}

void claim(TensorIndex& index, const std::string& layer, const std::string& role,
           const Hdf5Dataset& dataset) {
  // A count of what Normalization has seen is a whole number, which nobody reads.
  if (!dataset.unreadable.empty() && role != "count")
    throw WeightsError(fmt::format("{} {}", dataset.path, dataset.unreadable));
  const auto [place, is_new] = index.emplace(std::pair{layer, role}, dataset);
  if (!is_new)
    throw WeightsError(fmt::format("two tensors for '{}' of layer '{}': {} and {}", role, layer,
                                   place->second.path, dataset.path));
}

// /layers/functional/layers/conv2d_3/vars/0
void claim_grouped(TensorIndex& index, const Place& place, const std::vector<KerasLayer>& layers) {
  const size_t n = place.parts.size();
  if (n < 3 || place.parts[n - 2] != "vars") unclaimed(*place.dataset);
  const std::string group = fmt::format("{}", fmt::join(place.parts.begin(), place.parts.end() - 2, "/"));
  const auto number = number_of(place.parts[n - 1]);
  for (const KerasLayer& layer : layers) {
    if (layer.group != group) continue;
    const std::string& named = place.dataset->group_name;
    if (!named.empty() && named != layer.own_name)
      throw WeightsError(fmt::format("the tensor {} is of layer '{}', but its place is that of layer '{}'",
                                     place.dataset->path, named, layer.own_name));
    if (!number || *number >= layer.roles.size()) unclaimed(*place.dataset);
    return claim(index, layer.name, layer.roles[*number], *place.dataset);
  }
  unclaimed(*place.dataset);
}

// Whether the tensor's folder is the layer's own group, or that of the model which holds it and ends in the
// layer's name. Names may have slashes in them.
bool is_folder_of(const std::string& folder, const KerasLayer& layer) {
  if (layer.container.empty()) return folder == layer.own_name || folder.starts_with(layer.own_name + "/");
  return folder.starts_with(layer.container + "/") && folder.ends_with("/" + layer.own_name) &&
         folder.size() > layer.container.size() + layer.own_name.size();
}

// The layer with the longest of the names that fit: of "a" and "a/b" the latter.
void claim_legacy(TensorIndex& index, const Place& place, const std::vector<KerasLayer>& layers) {
  const std::string role = role_of(place.parts.back());
  const std::string folder = fmt::format("{}", fmt::join(place.parts.begin(), place.parts.end() - 1, "/"));
  const KerasLayer* best = nullptr;
  const auto length = [](const KerasLayer& layer) { return layer.container.size() + layer.own_name.size(); };
  for (const KerasLayer& layer : layers)
    if (is_folder_of(folder, layer) && (!best || length(layer) > length(*best))) best = &layer;
  if (!best || std::find(best->roles.begin(), best->roles.end(), role) == best->roles.end())
    unclaimed(*place.dataset);
  claim(index, best->name, role, *place.dataset);
}

}  // namespace

bool is_of_training(const Hdf5Dataset& dataset) { return of_training(split(dataset.path)); }

bool is_grouped(const std::vector<Hdf5Dataset>& datasets) {
  for (const Place& place : weights_of(datasets))
    if (place.parts.size() >= 3 && place.parts[place.parts.size() - 2] == "vars") return true;
  return false;
}

TensorIndex claim_tensors(const std::vector<Hdf5Dataset>& datasets, const std::vector<KerasLayer>& layers) {
  TensorIndex index;
  const bool grouped = is_grouped(datasets);
  for (const Place& place : weights_of(datasets))
    (grouped ? claim_grouped : claim_legacy)(index, place, layers);
  for (const KerasLayer& layer : layers)
    for (const std::string& role : layer.roles)
      if (!index.contains({layer.name, role}) && role != "count")
        throw WeightsError(
            fmt::format("layer '{}' has no '{}': the tensor is missing from the file", layer.name, role));
  return index;
}

std::string find_classifier(const TensorIndex& index) {
  std::vector<std::string> dense;
  for (const auto& [key, dataset] : index)
    if (key.second == "kernel" && dataset.shape.size() == 2) dense.push_back(key.first);
  if (dense.empty())
    throw WeightsError("no classifier: expected one dense layer, found none (saved without its top?)");
  if (dense.size() > 1)
    throw WeightsError(fmt::format("expected one dense layer as the classifier, found {}: {}", dense.size(),
                                   fmt::join(dense, ", ")));
  return dense.front();
}

namespace {

// The roles of a group's variables, where their number and the group's class tell them.
std::vector<std::string> roles_of_group(const std::string& kind, size_t variables,
                                        const std::string& example) {
  if (!kind.starts_with("batch_normalization"))
    return variables == 1 ? std::vector<std::string>{"kernel"} : std::vector<std::string>{"kernel", "bias"};
  if (variables == 4) return {"gamma", "beta", "moving_mean", "moving_variance"};
  if (variables == 2) return {"moving_mean", "moving_variance"};
  throw WeightsError(
      fmt::format("the batch norm of {} has {} variables, expected 4: whether gamma or beta is absent is "
                  "said by a file with the "
                  "model's settings alone (.keras or .h5)",
                  example, variables));
}

// "conv2d_3" -> {"conv2d", 3}
std::pair<std::string, int> class_and_number(const std::string& group) {
  const size_t cut = group.rfind('_');
  const auto number = cut == std::string::npos ? std::nullopt : number_of(group.substr(cut + 1));
  if (!number) return {group, 0};
  return {group.substr(0, cut), static_cast<int>(*number)};
}

std::string group_class_of(const Layer& layer) {
  if (layer.kind == LayerKind::depthwise) return "depthwise_conv2d";
  return layer.kind == LayerKind::dense && !layer.dense_is_convolution ? "dense" : "conv2d";
}

// (class, number) -> layer, of a table's network in the order of its layers.
std::map<std::pair<std::string, int>, std::string> table_groups(const std::string& net) {
  std::map<std::pair<std::string, int>, std::string> groups;
  std::map<std::string, int> counts;
  Configuration c;
  c.net = net;
  for (const Block& block : build_network(c).blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kernel_shape().empty()) continue;
      const std::string kind = group_class_of(layer);
      groups[{kind, counts[kind]++}] = layer.name;
      if (!layer.batch_norm.empty())
        groups[{"batch_normalization", counts["batch_normalization"]++}] = layer.batch_norm;
    }
  return groups;
}

// Layers of a grouped file that bears no names: those of the one network of the tables that has as many of
// each class.
std::map<std::pair<std::string, int>, std::string> unnamed_groups(const std::map<std::string, int>& found) {
  for (const std::string& net : network_names()) {
    auto groups = table_groups(net);
    std::map<std::string, int> expected;
    for (const auto& [group, layer] : groups) expected[group.first]++;
    auto on_a_base = expected;  // a dense layer on top of a base model, in the place of V1's convolution
    if (!expected.contains("dense")) on_a_base["conv2d"]--, on_a_base["dense"]++;
    if (found == expected) return groups;
    if (found == on_a_base) return groups.insert({{"dense", 0}, "dense"}), groups;
  }
  throw WeightsError(
      "the file holds neither the model's settings nor its layers' names, and has not the layers of a "
      "network that is "
      "known; save the whole model (.keras or .h5)");
}

TensorIndex index_grouped(const std::vector<Place>& places) {
  std::map<std::string, std::vector<const Place*>> groups;  // by the path up to "vars"
  std::map<std::string, int> counts;
  bool named = true;
  for (const Place& place : places) {
    const size_t n = place.parts.size();
    if (n < 3 || place.parts[n - 2] != "vars") unclaimed(*place.dataset);
    auto& group = groups[fmt::format("{}", fmt::join(place.parts.begin(), place.parts.end() - 2, "/"))];
    group.push_back(&place);
    if (group.size() == 1) counts[class_and_number(place.parts[n - 3]).first]++;
    named = named && !place.dataset->group_name.empty();
  }
  const auto order = named ? std::map<std::pair<std::string, int>, std::string>{} : unnamed_groups(counts);
  TensorIndex index;
  for (const auto& [path, members] : groups) {
    const std::string& group = members[0]->parts[members[0]->parts.size() - 3];
    const auto roles =
        roles_of_group(class_and_number(group).first, members.size(), members[0]->dataset->path);
    const auto place = order.find(class_and_number(group));
    if (!named && place == order.end()) unclaimed(*members[0]->dataset);
    for (const Place* member : members) {
      const auto number = number_of(member->parts.back());
      if (!number || *number >= roles.size()) unclaimed(*member->dataset);
      claim(index, named ? member->dataset->group_name : place->second, roles[*number], *member->dataset);
    }
  }
  return index;
}

}  // namespace

namespace {

// The parts of a layer's name: of /LAYER/LAYER/ROLE:0 all, else the last.
std::vector<std::string> name_parts(const Place& place) {
  const auto begin = place.parts.begin(), end = place.parts.end() - 1, middle = begin + (end - begin) / 2;
  return std::equal(begin, middle, middle, end) ? std::vector(begin, middle) : std::vector{*(end - 1)};
}

// Keras 2 called the layers of its V3 "expanded_conv/depthwise/BatchNorm", Keras 3
// "expanded_conv_depthwise_bn".
std::string name_in_keras_3(const std::vector<std::string>& parts) {
  std::string name;
  for (const std::string& part : parts) {
    if (!name.empty()) name += '_';
    for (const char letter : part == "BatchNorm" ? "bn" : part)
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return name;
}

}  // namespace

TensorIndex index_tensors(const std::vector<Hdf5Dataset>& datasets) {
  const std::vector<Place> places = weights_of(datasets);
  if (is_grouped(datasets)) return index_grouped(places);
  bool slashes = false;
  for (const Place& place : places) {
    if (place.parts.size() < 2) unclaimed(*place.dataset);
    slashes |= name_parts(place).size() > 1;
  }
  TensorIndex index;
  for (const Place& place : places) {
    const std::vector<std::string> parts = name_parts(place);
    claim(index, slashes ? name_in_keras_3(parts) : parts.back(), role_of(place.parts.back()),
          *place.dataset);
  }
  return index;
}

}  // namespace mobilith
