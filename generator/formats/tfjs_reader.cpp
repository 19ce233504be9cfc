// Models of TF.js: a graph of TensorFlow as JSON, whose constants are in files beside it.
#include <fmt/format.h>

#include "formats/json_message.h"
#include "formats/readers.h"
#include "formats/tensorflow_file.h"
#include "formats/tfjs_fields.h"
#include "formats/tfjs_weights.h"

namespace mobilith::file {

using nlohmann::json;

bool is_tfjs(const std::string& bytes) {
  const size_t begin = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return begin != std::string::npos && bytes[begin] == '{' &&
         bytes.find("\"modelTopology\"") != std::string::npos &&
         bytes.find("\"weightsManifest\"") != std::string::npos;
}

namespace {

// What says nothing of what is computed: an empty library, and where a node comes from.
json without_remarks(json topology) {
  if (!topology.is_object()) throw Error("'modelTopology' is no object");
  if (const auto library = topology.find("library"); library != topology.end()) {
    for (const auto& [name, list] : library->items())
      if (!list.empty())
        throw Error("it defines functions of its own; expected TensorFlow's operations alone");
    topology.erase("library");
  }
  if (const auto nodes = topology.find("node"); nodes != topology.end() && nodes->is_array())
    for (json& node : *nodes)
      if (node.is_object()) node.erase("experimentalDebugInfo");
  return topology;
}

// The outputs that the signature names, by their names there; none where there is no signature.
std::vector<std::string> outputs_of(const json* signature) {
  std::vector<std::string> outputs;
  if (!signature || !signature->is_object() || !signature->contains("outputs")) return outputs;
  for (const auto& [name, output] : (*signature)["outputs"].items()) {
    Fields fields(output, "output " + file::quoted(name));
    outputs.push_back(fields.word("name"));
  }
  return outputs;
}

}  // namespace

Graph read_tfjs(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  const json model = parse_json(*bytes);
  Fields fields(model, "the model");
  for (const char* remark : {"format", "generatedBy", "convertedBy", "userDefinedMetadata", "trainingConfig"})
    fields.find(remark);
  const json& topology = fields.take("modelTopology");
  const json& manifest = fields.take("weightsManifest");
  const json* signature = fields.find("signature");
  for (const char* name : {"modelInitializer", "initializerSignature"})
    if (const json* found = fields.find(name); found && !found->empty())
      throw Error(fmt::format("'{}': operations that are run once before", name));
  fields.finish();
  if (topology.is_object() && topology.contains("model_config"))
    throw Error("a TF.js layers model, whose settings of layers are not read; expected a TF.js graph model");
  const auto graph = std::make_shared<tensorflow::Graph>();
  read_message(without_remarks(topology), *graph);
  return read_tensorflow_graph(
      {.graph = graph, .constants = read_tfjs_weights(manifest, request), .outputs = outputs_of(signature)},
      request);
}

}  // namespace mobilith::file
