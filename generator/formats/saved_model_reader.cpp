// TensorFlow's SavedModel: a graph with signatures, whose variables are in a checkpoint beside it. Its own
// nodes say which variable is restored from where, as they do for TensorFlow; what else stands in it
// (Python's objects, the optimiser, saving) is not needed for what the signature computes.
#include <fmt/format.h>

#include <limits>

#include "formats/protobuf_survey.h"
#include "formats/readers.h"
#include "formats/saved_model_objects.h"
#include "formats/saved_model_signature.h"
#include "formats/tensor_bundle.h"
#include "formats/tensorflow_calls.h"
#include "formats/tensorflow_file.h"
#include "formats/tensorflow_inline.h"
#include "formats/tensorflow_variables.h"

namespace mobilith::file {

namespace {

class Reader {
 public:
  Reader(const std::shared_ptr<const tensorflow::SavedModel>& model, const ReadRequest& request, size_t size)
      : meta_(serving_graph(*model)),
        request_(request),
        room_(2 * size + (size_t(1) << 26)),
        body_(body_of_graph({model, &meta_.graph_def()})),
        library_(meta_.graph_def().library()) {}

  Graph read() {
    const tensorflow::Signature& signature = serving_signature(meta_);
    const auto inputs = inputs_of(signature, meta_.graph_def());
    Inlined flat = inlined(body_, library_, inputs, outputs_of(signature), room_);
    keep_needed(*flat.graph, flat.outputs);
    expect_all_used(inputs, *flat.graph);
    std::map<std::string, Tensor> variables;
    if (has_variables(*flat.graph)) {
      expect_no_changes(*inlined(body_, library_, {}, initialisers_of(meta_), room_).graph);
      const TensorBundle bundle("variables/variables", request_);
      RestoredVariables from = restored();
      if (!restores_all(from, *flat.graph))
        from.merge(variables_of_objects(meta_, [&] { return bundle.word("_CHECKPOINTABLE_OBJECT_GRAPH"); }));
      variables = freeze(
          *flat.graph, from, [&](const std::string& key) { return bundle.tensor(key); }, 2 * bundle.bytes());
    }
    return read_tensorflow_graph(
        {.graph = flat.graph, .variables = std::move(variables), .outputs = flat.outputs}, request_);
  }

 private:
  static void expect_all_used(const std::map<std::string, tensorflow::Node>& inputs,
                              const tensorflow::Graph& flat) {
    std::set<std::string> there;
    for (const tensorflow::Node& node : flat.node()) there.insert(node.name());
    for (const auto& [name, node] : inputs)
      if (!there.count(name)) throw Error(fmt::format("no output depends on input {}", quoted(name)));
  }

  RestoredVariables restored() {
    const std::string& restore = meta_.saver_def().restore_op_name();
    if (restore.empty()) throw Error("it has variables and does not say how they are restored");
    const std::string file = reference_of(meta_.saver_def().filename_tensor_name()).node;
    tensorflow::Node placeholder;
    placeholder.set_name(file), placeholder.set_op("Placeholder");
    const auto flat =
        inlined(body_, library_, {{file, placeholder}}, {"^" + reference_of(restore).node}, room_);
    return restored_variables(*flat.graph, file);
  }

  const tensorflow::MetaGraph& meta_;
  const ReadRequest& request_;
  size_t room_;
  GraphBody body_;
  FunctionLibrary library_;
};

}  // namespace

// A version, which is 1, and graphs.
bool is_saved_model(const std::string& bytes) { return bytes.starts_with("\x08\x01\x12"); }

Graph read_saved_model(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  if (bytes->size() > size_t(std::numeric_limits<int>::max()))
    throw Error("over 2 GB, more than Protobuf allows");
  expect_few_fields(*bytes, *tensorflow::SavedModel::descriptor());
  const auto model = std::make_shared<tensorflow::SavedModel>();
  if (!model->ParseFromArray(bytes->data(), int(bytes->size())))
    throw Error("a SavedModel that is cut or damaged");
  expect_known_fields(*model);
  return Reader(model, request, bytes->size()).read();
}

}  // namespace mobilith::file
