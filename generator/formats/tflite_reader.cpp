// TFLite files: a FlatBuffer with one subgraph.
#include <fmt/format.h>

#include "formats/open_extents.h"
#include "formats/readers.h"
#include "formats/tflite_file.h"
#include "graph/file_error.h"

namespace mobilith::file {

bool is_tflite(const std::string& bytes) { return bytes.size() >= 8 && bytes.compare(4, 4, "TFL3") == 0; }

namespace {

constexpr size_t most_tensors = 1 << 16, most_operators = 1 << 16;
constexpr size_t most_operands = 64;

template <class T>
size_t size_of(const flatbuffers::Vector<T>* vector) {
  return vector ? vector->size() : 0;
}

const tflite::SubGraph& only_subgraph(const tflite::Model& model) {
  if (model.version() != 3)
    throw Error(fmt::format("version {} of TFLite's schema; expected 3", model.version()));
  if (size_of(model.subgraphs()) != 1)
    throw Error(fmt::format("{} subgraphs; expected one, without control flow", size_of(model.subgraphs())));
  const tflite::SubGraph& subgraph = *model.subgraphs()->Get(0);
  if (size_of(subgraph.tensors()) > most_tensors) throw Error("more than 65536 tensors");
  if (size_of(subgraph.operators()) > most_operators) throw Error("more than 65536 operators");
  return subgraph;
}

// Indices of tensors; -1 only where it is allowed.
std::vector<int> indices(const flatbuffers::Vector<int32_t>* from, size_t tensors, bool optional,
                         const std::string& place) {
  std::vector<int> result;
  if (size_of(from) > most_operands) throw Error(fmt::format("{}: {} tensors", place, from->size()));
  for (size_t i = 0; i < size_of(from); ++i) {
    const int index = from->Get(flatbuffers::uoffset_t(i));
    if (index < (optional ? -1 : 0) || index >= int64_t(tensors))
      throw Error(fmt::format("{}: tensor {} of {}", place, index, tensors));
    result.push_back(index);
  }
  return result;
}

// Whether the request closes what the file leaves open: then the shapes in the file are for another image.
bool leaves_image_open(const tflite::SubGraph& subgraph, const std::vector<int>& inputs) {
  for (const int i : inputs) {
    const auto* signature = subgraph.tensors()->Get(i)->shape_signature();
    for (size_t axis = 1; axis < size_of(signature); ++axis)
      if (signature->Get(flatbuffers::uoffset_t(axis)) == -1) return true;
  }
  return false;
}

void refuse_extras(const tflite::Operator& op, const Operation& operation) {
  if (size_of(op.custom_options()) || op.large_custom_options_size() || op.large_custom_options_offset())
    refuse(operation, "custom options at a builtin operator");
  if (op.builtin_options_2_type() || op.builtin_options_2()) refuse(operation, "options of the second kind");
  if (size_of(op.intermediates())) refuse(operation, "intermediate tensors");
  for (size_t i = 0; i < size_of(op.mutating_variable_inputs()); ++i)
    if (op.mutating_variable_inputs()->Get(flatbuffers::uoffset_t(i)))
      refuse(operation, "inputs that it changes");
}

Operation read_operation(const tflite::Model& model, const tflite::Operator& op,
                         flatbuffers::Verifier& verifier, size_t tensors, Graph& graph) {
  if (op.opcode_index() >= size_of(model.operator_codes()))
    throw Error(
        fmt::format("an operator with code {} of {}", op.opcode_index(), size_of(model.operator_codes())));
  const tflite::OperatorCode& code = *model.operator_codes()->Get(op.opcode_index());
  Operation operation;
  operation.type = name_of(code);
  operation.inputs = indices(op.inputs(), tensors, true, "an operator " + operation.type);
  operation.outputs = indices(op.outputs(), tensors, false, "an operator " + operation.type);
  // A converter joins the names of what it made one operation of: "a/Relu6;a/BiasAdd;a/Conv2D".
  if (!operation.outputs.empty()) {
    const std::string& name = graph.tensors[operation.outputs[0]].name;
    operation.name = name.substr(0, name.find(';'));
  }
  read_operator(op, code, verifier, graph, operation);
  refuse_extras(op, operation);
  return operation;
}

}  // namespace

Graph read_tflite(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  if (bytes->size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    throw Error("over 2 GB, more than a TFLite file can have");
  const auto* data = reinterpret_cast<const uint8_t*>(bytes->data());
  flatbuffers::Verifier verifier(data, bytes->size(), 16, 1 << 20);
  if (!tflite::VerifyModelBuffer(verifier))
    throw Error("a TFLite file that is cut or damaged: an offset leads out of it");
  const tflite::Model& model = *tflite::GetModel(data);
  expect_known_fields(reinterpret_cast<const uint8_t*>(&model), *tflite::ModelTypeTable(),
                      "a table of the file");
  const tflite::SubGraph& subgraph = only_subgraph(model);
  const size_t tensors = size_of(subgraph.tensors());
  Graph graph;
  graph.inputs = indices(subgraph.inputs(), tensors, false, "the graph's inputs");
  graph.outputs = indices(subgraph.outputs(), tensors, false, "the graph's outputs");
  if (graph.inputs.empty() || graph.outputs.empty()) throw Error("a graph without inputs or without outputs");
  const bool open = leaves_image_open(subgraph, graph.inputs);
  size_t scales = 0;  // tables may be shared, so that a small file has very many
  for (size_t i = 0; i < tensors; ++i) {
    graph.tensors.push_back(
        read_tensor(*subgraph.tensors()->Get(flatbuffers::uoffset_t(i)), model, bytes, open));
    scales += graph.tensors.back().quantisation.scales.size();
    if (scales > 1 << 22) throw Error("more than four million scales");
  }
  for (const int i : graph.inputs)
    graph.tensors[i].shape =
        closed(graph.tensors[i].name, graph.tensors[i].shape.value_or(Extents{}), request);
  for (size_t i = 0; i < size_of(subgraph.operators()); ++i)
    graph.operations.push_back(read_operation(model, *subgraph.operators()->Get(flatbuffers::uoffset_t(i)),
                                              verifier, tensors, graph));
  return graph;
}

}  // namespace mobilith::file
