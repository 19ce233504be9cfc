// ONNX files: a Protobuf message with one graph, whose numbers may lie in files beside it.
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

#include "formats/onnx_external.h"
#include "formats/onnx_file.h"
#include "formats/open_extents.h"
#include "formats/protobuf_survey.h"
#include "formats/readers.h"

namespace mobilith::file {

// There is no magic: the message has a version (field 1, a number) and a graph (field 7), and no field
// above 26.
bool is_onnx(const std::string& bytes) {
  using Wire = google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      int(std::min<size_t>(bytes.size(), std::numeric_limits<int>::max())));
  bool version = false, graph = false;
  while (const uint32_t tag = in.ReadTag()) {
    const int field = Wire::GetTagFieldNumber(tag);
    if (field > 26) return false;
    version |= field == 1 && Wire::GetTagWireType(tag) == Wire::WIRETYPE_VARINT;
    graph |= field == 7 && Wire::GetTagWireType(tag) == Wire::WIRETYPE_LENGTH_DELIMITED;
    if (!Wire::SkipField(&in, tag)) break;  // cut: what was seen decides
  }
  return version && graph;
}

namespace {

constexpr int64_t oldest_opset = 7, newest_opset = 28;
constexpr int most_nodes = 1 << 16, most_operands = 64;

std::shared_ptr<const onnx::Model> parse(const std::string& bytes) {
  if (bytes.size() > size_t(std::numeric_limits<int>::max()))
    throw Error("over 2 GB, more than Protobuf allows");
  expect_few_fields(bytes, *onnx::Model::descriptor());
  const auto model = std::make_shared<onnx::Model>();
  if (!model->ParseFromArray(bytes.data(), int(bytes.size())))
    throw Error("an ONNX file that is cut or damaged");
  expect_known_fields(*model);
  return model;
}

int64_t opset_of(const onnx::Model& model) {
  std::optional<int64_t> opset;
  for (const onnx::OperatorSet& set : model.opset_import()) {
    if (set.domain() == "com.microsoft" && set.version() != 1)
      throw Error(fmt::format("version {} of com.microsoft's operations; expected 1", set.version()));
    if (set.domain() != "" && set.domain() != "ai.onnx") continue;
    if (opset) throw Error("two versions of ONNX's operations");
    opset = set.version();
  }
  if (!opset) throw Error("it does not say the version of ONNX's operations");
  if (*opset < oldest_opset || *opset > newest_opset)
    throw Error(fmt::format("version {} of ONNX's operations; expected {} to {}", *opset, oldest_opset,
                            newest_opset));
  return *opset;
}

void refuse_extras(const onnx::Model& model) {
  if (model.training_info_size()) throw Error("it says how to train; expected a model for inference");
  if (model.functions_size())
    throw Error("it defines functions of its own; expected ONNX's operations alone");
  if (model.graph().sparse_initializer_size()) throw Error("sparse constants; expected dense ones");
  if (model.graph().node_size() > most_nodes) throw Error("more than 65536 operations");
  // quantization_annotation: remarks, which engines don't look at.
}

class Reader {
 public:
  Reader(std::shared_ptr<const onnx::Model> model, const ReadRequest& request)
      : model_(std::move(model)),
        graph_(model_->graph()),
        request_(request),
        opset_(opset_of(*model_)),
        external_(request) {}

  Graph read() {
    for (const onnx::Tensor& tensor : graph_.initializer()) {
      Tensor& to = made(tensor.name());
      if (to.constant) throw Error(fmt::format("constant {} twice", quoted(tensor.name())));
      to = read_constant({model_, &tensor}, to.name, external_);
    }
    for (const onnx::ValueInfo& input : graph_.input()) read_input(input);
    if (!open_)  // else shapes that the file says may be for another image
      for (const auto* infos : {&graph_.value_info(), &graph_.output()})
        for (const onnx::ValueInfo& info : *infos) declare(info);
    for (const onnx::Node& node : graph_.node()) read_operation(node);
    for (const onnx::ValueInfo& output : graph_.output()) result_.outputs.push_back(index_of(output.name()));
    if (result_.inputs.empty() || result_.outputs.empty())
      throw Error("a graph without inputs or without outputs");
    return std::move(result_);
  }

 private:
  // The tensor of this name, which is new where it was not named yet.
  int index_of(const std::string& name) {
    const auto [place, added] = indices_.emplace(name, int(result_.tensors.size()));
    if (added) result_.tensors.push_back({.name = name});
    return place->second;
  }
  Tensor& made(const std::string& name) { return result_.tensors[index_of(name)]; }

  // Type and shape; -1 for what is open. Nothing where the file says nothing of it.
  static void declare(const onnx::ValueInfo& info, Tensor& tensor) {
    const std::string place = "tensor " + quoted(info.name());
    const onnx::Type& type = info.type();
    if (type.has_sequence_type() || type.has_map_type() || type.has_opaque_type() ||
        type.has_sparse_tensor_type() || type.has_optional_type())
      throw Error(place + ": a value that is no dense tensor");
    if (!type.has_tensor_type()) return;
    if (type.tensor_type().elem_type() != 0) tensor.type = onnx_type(type.tensor_type().elem_type(), place);
    if (!type.tensor_type().has_shape()) return;
    if (type.tensor_type().shape().dim_size() > 8) throw Error(place + ": more than 8 axes");
    tensor.shape.emplace();
    for (const onnx::Dimension& dim : type.tensor_type().shape().dim())
      tensor.shape->push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
  }
  void declare(const onnx::ValueInfo& info) {
    Tensor& tensor = made(info.name());
    if (!tensor.constant && !inputs_.count(info.name())) declare(info, tensor);
  }

  void read_input(const onnx::ValueInfo& info) {
    Tensor& tensor = made(info.name());
    if (tensor.constant) return;  // old files name their constants among the inputs
    if (!inputs_.insert(info.name()).second) throw Error(fmt::format("input {} twice", quoted(info.name())));
    declare(info, tensor);
    if (!tensor.shape || tensor.type == ElementType::unsaid)
      throw Error(fmt::format("input {} has no type or shape", quoted(info.name())));
    for (size_t i = 1; i < tensor.shape->size(); ++i) open_ |= (*tensor.shape)[i] == -1;
    tensor.shape = closed(tensor.name, *tensor.shape, request_);
    result_.inputs.push_back(index_of(info.name()));
  }

  void read_operation(const onnx::Node& node) {
    Operation operation{.kind = {}, .type = node.op_type(), .name = node.name(), .inputs = {}, .outputs = {}};
    if (operation.name.empty() && node.output_size()) operation.name = node.output(0);
    if (!node.overload().empty()) refuse(operation, "an overload of a function");
    if (node.input_size() > most_operands || node.output_size() > most_operands)
      refuse(operation, "more than 64 inputs or outputs");
    for (const std::string& input : node.input())
      operation.inputs.push_back(input.empty() ? -1 : index_of(input));
    // Further outputs (a dropout's mask, a pool's indices) are made by nothing, so that nobody can use them.
    if (node.output_size() && !node.output(0).empty()) operation.outputs.push_back(index_of(node.output(0)));
    NodeReading reading({model_, &node}, opset_, result_, operation, external_);
    if (read_node(reading)) result_.operations.push_back(std::move(operation));
  }

  std::shared_ptr<const onnx::Model> model_;
  const onnx::Graph& graph_;
  const ReadRequest& request_;
  int64_t opset_;
  ExternalData external_;
  Graph result_{};
  std::map<std::string, int> indices_{};
  std::set<std::string> inputs_{};
  bool open_ = false;  // an extent of an input other than the number of images
};

}  // namespace

Graph read_onnx(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  const auto model = parse(*bytes);
  refuse_extras(*model);
  return Reader(model, request).read();
}

}  // namespace mobilith::file
