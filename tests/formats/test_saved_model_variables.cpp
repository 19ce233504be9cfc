// What is refused of a SavedModel's variables and checkpoint, and with which words.
#include "catch.h"
#include "formats/reading.h"
#include "formats/saved_model_changes.h"

namespace test_saved_model_variables {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

std::string with_file(const std::string& name, const std::function<void(std::string&)>& change) {
  SavedModelFiles files = saved_models().at("functions");
  change(files.at(name));
  return refusal(files);
}

}  // namespace

TEST_CASE("variables that are not restored as they are, or are changed, are refused by name") {
  CHECK_THAT(refusal_of("functions", [](auto& graph) { graph.clear_saver_def(); }),
             Contains("does not say how they are restored"));
  const auto restoring = [](const std::function<void(tensorflow::Node&)>& change) {
    return refusal_of("tensorflow_1_simple", [&](auto& graph) {
      for (auto& one : *graph.mutable_graph_def()->mutable_node())
        if (one.name().starts_with("save/")) change(one);
    });
  };
  CHECK_THAT(restoring([](auto& node) {
               if (node.name() == "save/RestoreV2/shape_and_slices")
                 attribute(node, "value").mutable_tensor()->set_string_val(0, "5 0,2");
             }),
             Contains("operation 'biases' (VariableV2): a variable that is restored from a slice"));
  CHECK_THAT(restoring([](auto& node) {
               if (node.name() == "save/RestoreV2/tensor_names")
                 attribute(node, "value").mutable_tensor()->set_string_val(0, "nobody");
             }),
             Contains("the checkpoint has no 'nobody'"));
  CHECK_THAT(restoring([](auto& node) {
               if (node.name() == "save/RestoreV2") node.set_input(0, "save/RestoreV2/tensor_names");
             }),
             Contains("is restored from a file of its own"));
  CHECK_THAT(restoring([](auto& node) {
               if (node.name() == "save/Assign_1") node.set_input(0, "biases");
             }),
             Contains("a variable that is restored twice"));
  CHECK_THAT(
      restoring([](auto& node) {
        if (node.name() == "save/Assign") node.set_op("AssignAdd");
      }),
      Contains("operation 'save/Assign' (AssignAdd): a variable is changed while variables are restored"));
  CHECK_THAT(refusal_of("tensorflow_1_simple",
                        [](auto& graph) {
                          auto& entry = *graph.add_collection_def();
                          entry.set_key("saved_model_main_op");
                          entry.mutable_value()->mutable_node_list()->add_value("biases/Assign");
                        }),
             Contains("operation 'biases/Assign' (Assign): a variable is changed before the first run"));
  CHECK_THAT(refusal_of("tensorflow_1_simple",
                        [](auto& graph) {
                          auto& variable = node(*graph.mutable_graph_def(), "biases");
                          attribute(variable, "shape").mutable_shape()->mutable_dim(0)->set_size(6);
                        }),
             Contains("operation 'biases' (VariableV2): the checkpoint has 5 of f32 for it"));
  CHECK_THAT(refusal_of("tensorflow_1_simple",
                        [](auto& graph) {
                          attribute(node(*graph.mutable_graph_def(), "biases"), "surprise").set_i(1);
                        }),
             Contains("attribute 'surprise' is not known"));
}

TEST_CASE("variables that only Python's objects tie to the checkpoint are refused where these don't") {
  const auto with = [](const std::function<void(tensorflow::SavedObjectGraph&)>& change) {
    return refusal_of("keras_3_save", [&](auto& graph) {
      tensorflow::SavedObjectGraph objects;
      REQUIRE(objects.ParseFromString(graph.object_graph_def()));
      change(objects);
      graph.set_object_graph_def(objects.SerializeAsString());
    });
  };
  const auto each_child = [](tensorflow::SavedObjectGraph& objects, const auto& change) {
    for (auto& object : *objects.mutable_nodes())
      for (auto& child : *object.mutable_children()) change(child);
  };
  CHECK(with([](auto&) {}) == "");
  CHECK_THAT(refusal_of("keras_3_save", [](auto& graph) { graph.clear_object_graph_def(); }),
             Contains("(VarHandleOp): a variable that is not restored"));
  CHECK_THAT(refusal_of("keras_3_save", [](auto& graph) { graph.set_object_graph_def("\x0a"); }),
             Contains("objects of a SavedModel that are damaged"));
  CHECK_THAT(with([&](auto& objects) {
               each_child(objects, [](auto& child) {
                 if (child.local_name() == "_kernel") child.set_local_name("another");
               });
             }),
             Contains("a variable that is none of the checkpoint's objects"));
  CHECK_THAT(
      with([&](auto& objects) { each_child(objects, [](auto& child) { child.set_node_id(1 << 30); }); }),
      Contains("objects of a SavedModel that are not there"));
  CHECK_THAT(with([](auto& objects) {
               for (auto& entry : *objects.mutable_concrete_functions())
                 for (int& bound : *entry.mutable_value()->mutable_bound_inputs()) bound = 0;
             }),
             Contains("is no variable among the SavedModel's objects"));
  CHECK_THAT(with([](auto& objects) {
               for (auto& entry : *objects.mutable_concrete_functions())
                 for (int i = 0; i < 100; ++i) entry.mutable_value()->add_bound_inputs(1);
             }),
             Contains("captures more than it is given"));
}

TEST_CASE("a checkpoint that is cut, damaged or of another kind is refused") {
  const std::string index = "variables/variables.index", data = "variables/variables.data-00000-of-00001";
  CHECK_THAT(with_file(index, [](auto& bytes) { bytes.pop_back(); }), Contains("does not end as one"));
  CHECK_THAT(with_file(index, [](auto& bytes) { bytes[3] ^= 1; }),
             Contains("a block whose checksum does not fit"));
  CHECK_THAT(with_file(index, [](auto& bytes) { bytes.erase(0, 1); }), Contains("a checkpoint's index"));
  CHECK_THAT(with_file(data, [](auto& bytes) { bytes[100] ^= 1; }),
             Contains("its checksum does not fit what it holds"));
  CHECK_THAT(with_file(data, [](auto& bytes) { bytes.resize(100); }), Contains("is outside of the file"));
  SavedModelFiles files = saved_models().at("functions");
  files.erase(data);
  CHECK_THAT(refusal(files), Contains("no file 'variables/variables.data-00000-of-00001' beside it"));
  CHECK_THAT(testing::refusal(files["saved_model.pb"]), Contains("in files beside it, which are not here"));
}

}  // namespace test_saved_model_variables
