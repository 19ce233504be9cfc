#include "formats/saved_model_signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/tensorflow_calls.h"
#include "formats/tensorflow_file.h"
#include "formats/tensorflow_flat_graph.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

constexpr int most_tensors = 64;
constexpr const char* initialiser = "__saved_model_init_op";

// In quotes, by commas; the first few.
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i == 8) return text + ", ...";
    text += (i ? ", " : "") + quoted(names[i]);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

const tensorflow::MetaGraph& serving_graph(const tensorflow::SavedModel& model) {
  const tensorflow::MetaGraph* found = nullptr;
  std::vector<std::string> all;
  int serving = 0;
  for (const tensorflow::MetaGraph& graph : model.meta_graphs()) {
    const auto& tags = graph.meta_info_def().tags();
    for (const std::string& tag : tags) all.push_back(tag);
    if (std::find(tags.begin(), tags.end(), "serve") == tags.end()) continue;
    ++serving;
    found = &graph;
  }
  if (serving == 1) return *found;
  if (serving == 0 && model.meta_graphs_size() == 1) return model.meta_graphs(0);
  throw Error(
      fmt::format("{} graphs with the tag 'serve', expected one; the tags are {}", serving, listed(all)));
}

const tensorflow::Signature& serving_signature(const tensorflow::MetaGraph& graph) {
  const tensorflow::Signature* only = nullptr;
  std::vector<std::string> names;
  for (const tensorflow::SignatureEntry& entry : graph.signature_def()) {
    if (entry.key() == "serving_default") return entry.value();
    if (entry.key().starts_with("__saved_model_")) continue;  // what is run before, or for training
    names.push_back(entry.key());
    only = &entry.value();
  }
  if (names.size() == 1) return *only;
  std::sort(names.begin(), names.end());
  throw Error(
      fmt::format("no signature 'serving_default', nor a single one; the signatures are {}", listed(names)));
}

namespace {

const std::string& tensor_of(const tensorflow::TensorEntry& entry, const std::string& place) {
  const tensorflow::TensorInfo& info = entry.value();
  if (info.has_coo_sparse() || info.has_composite_tensor() || info.name().empty() || info.name()[0] == '^')
    throw Error(place + " is no dense tensor");
  return info.name();
}

void set_open(tensorflow::Shape& shape, const tensorflow::Shape& other, const std::string& place) {
  if (other.unknown_rank()) return;
  if (shape.unknown_rank()) {
    shape = other;
    return;
  }
  bool agree = shape.dim_size() == other.dim_size();
  for (int i = 0; agree && i < shape.dim_size(); ++i) {
    auto& extent = *shape.mutable_dim(i);
    if (extent.size() == -1) extent.set_size(other.dim(i).size());
    agree = other.dim(i).size() == -1 || extent.size() == other.dim(i).size();
  }
  if (!agree) throw Error(place + " has another shape than its placeholder");
}

}  // namespace

std::map<std::string, tensorflow::Node> inputs_of(const tensorflow::Signature& signature,
                                                  const tensorflow::Graph& graph) {
  if (signature.defaults_size()) throw Error("a signature with defaults of its inputs");
  if (signature.inputs_size() > most_tensors || signature.outputs_size() > most_tensors)
    throw Error("a signature of more than 64 inputs or outputs");
  std::map<std::string, tensorflow::Node> inputs;
  for (const tensorflow::TensorEntry& entry : signature.inputs()) {
    const std::string place = "the signature's input " + quoted(entry.key());
    const Reference from = reference_of(tensor_of(entry, place));
    if (from.index != 0) throw Error(place + " is a further output of a node");
    tensorflow::Node node;
    node.set_name(from.node), node.set_op("Placeholder");
    auto& type = *node.add_attr();
    type.set_key("dtype"), type.mutable_value()->set_type(entry.value().dtype());
    auto& shape = *node.add_attr();
    shape.set_key("shape"), *shape.mutable_value()->mutable_shape() = entry.value().tensor_shape();
    for (const tensorflow::Node& own : graph.node()) {
      if (own.name() != from.node || own.op() != "Placeholder") continue;
      const auto* dtype = attribute_of(own, "dtype");
      if (!dtype || dtype->type() != entry.value().dtype())
        throw Error(place + " has another type than its placeholder");
      if (const auto* said = attribute_of(own, "shape"))
        set_open(*shape.mutable_value()->mutable_shape(), said->shape(), place);
    }
    if (!inputs.emplace(from.node, node).second) throw Error(place + " is another input, too");
  }
  return inputs;
}

std::vector<std::string> outputs_of(const tensorflow::Signature& signature) {
  std::map<std::string, std::string> by_name;
  for (const tensorflow::TensorEntry& entry : signature.outputs()) {
    const std::string place = "the signature's output " + quoted(entry.key());
    if (!by_name.emplace(entry.key(), tensor_of(entry, place)).second) throw Error(place + " twice");
  }
  std::vector<std::string> outputs;
  for (const auto& [name, tensor] : by_name) outputs.push_back(tensor);
  if (outputs.empty()) throw Error("a signature without outputs");
  return outputs;
}

std::vector<std::string> initialisers_of(const tensorflow::MetaGraph& graph) {
  std::vector<std::string> nodes;
  for (const tensorflow::SignatureEntry& entry : graph.signature_def())
    if (entry.key() == initialiser)
      for (const tensorflow::TensorEntry& output : entry.value().outputs())
        nodes.push_back("^" + reference_of(output.value().name()).node);
  for (const tensorflow::CollectionEntry& entry : graph.collection_def())
    if (entry.key() == "saved_model_main_op" || entry.key() == "legacy_init_op")
      for (const std::string& node : entry.value().node_list().value())
        nodes.push_back("^" + reference_of(node).node);
  return nodes;
}

}  // namespace mobilith::file
