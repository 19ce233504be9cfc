// What is refused of SavedModels, and with which words.
#include "catch.h"
#include "formats/reading.h"
#include "formats/saved_model_changes.h"

namespace test_saved_model_errors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

TEST_CASE("a SavedModel that leaves open which signature or graph is meant is refused with their names") {
  CHECK(refusal_of("functions", [](auto&) {}) == "");
  const auto rename = [](tensorflow::MetaGraph& graph) {
    for (auto& entry : *graph.mutable_signature_def())
      if (entry.key() == "serving_default") entry.set_key("scores");
  };
  CHECK_THAT(refusal_of("functions", rename), Contains("the signatures are 'counted', 'growing', 'scores'"));
  CHECK(refusal_of("tensorflow_1_simple", rename) == "");
  CHECK_THAT(refusal_of("functions", [](auto& graph) { graph.clear_signature_def(); }),
             Contains("the signatures are none"));
  CHECK_THAT(refusal_of("tensorflow_1_builder",
                        [](auto& graph) { graph.mutable_meta_info_def()->set_tags(0, "other"); }),
             Contains("0 graphs with the tag 'serve', expected one; the tags are 'other', 'train'"));
}

TEST_CASE("a SavedModel whose signature changes what it is computed from is refused") {
  const auto as = [](const std::string& name) {
    return refusal_of("functions",
                      [&](auto& graph) { signature(graph, "serving_default") = signature(graph, name); });
  };
  CHECK(as("counted") == "");  // it counts its runs; the answer is the same each time
  CHECK_THAT(as("growing"), Contains("(AssignAddVariableOp): a variable is changed in every run"));
}

TEST_CASE("a SavedModel whose signature's inputs and outputs are not its nodes' is refused") {
  const auto with = [](const std::function<void(tensorflow::Signature&)>& change) {
    return refusal_of("functions", [&](auto& graph) { change(signature(graph, "serving_default")); });
  };
  CHECK_THAT(with([](auto& s) { s.mutable_inputs(0)->mutable_value()->set_name("nobody:0"); }),
             Contains("input 'nobody' is no node"));
  CHECK_THAT(with([](auto& s) {
               auto& other = *s.add_inputs();
               other = s.inputs(0);
               other.mutable_value()->set_name("counted_x:0");
             }),
             Contains("no output depends on input 'counted_x'"));
  CHECK_THAT(with([](auto& s) { s.clear_inputs(); }),
             Contains("placeholder 'serving_default_x' is needed and is no input"));
  CHECK_THAT(with([](auto& s) { s.mutable_inputs(0)->mutable_value()->set_dtype(tensorflow::DT_HALF); }),
             Contains("has another type than its placeholder"));
  CHECK_THAT(with([](auto& s) {
               s.mutable_inputs(0)->mutable_value()->mutable_tensor_shape()->mutable_dim(1)->set_size(48);
             }),
             Contains("has another shape than its placeholder"));
  CHECK_THAT(
      with([](auto& s) { s.mutable_outputs(0)->mutable_value()->set_name("StatefulPartitionedCall:7"); }),
      Contains("none of its function's results"));
  CHECK_THAT(with([](auto& s) { s.mutable_outputs(0)->mutable_value()->set_name("a:b:c"); }),
             Contains("'a:b:c' is no tensor"));
  CHECK_THAT(with([](auto& s) { s.clear_outputs(); }), Contains("a signature without outputs"));
  CHECK_THAT(with([](auto& s) { s.add_defaults("x"); }), Contains("defaults of its inputs"));
}

TEST_CASE("calls that lead nowhere or to themselves are refused") {
  const auto with = [](const std::function<void(tensorflow::Node&)>& change) {
    return refusal_of("functions", [&](auto& graph) {
      nodes(graph, "StatefulPartitionedCall", change);
      nodes(graph, "PartitionedCall", change);
    });
  };
  CHECK_THAT(with([](auto& node) { call(node, "nobody"); }),
             Contains("function 'nobody' is called and is not there"));
  CHECK_THAT(with([](auto& node) { node.mutable_attr()->Clear(); }), Contains("it does not say a function"));
  CHECK_THAT(with([](auto& node) { attribute(node, "surprise").set_i(1); }),
             Contains("attribute 'surprise' is not known"));
  CHECK_THAT(with([](auto& node) { node.mutable_input()->RemoveLast(); }),
             Contains("inputs; its function takes"));
  std::string first;
  CHECK_THAT(
      refusal_of("functions",
                 [&](auto& graph) {
                   functions(graph, [&](tensorflow::Function& function) {
                     if (function.signature().name().find("signature_wrapper_scores") != std::string::npos)
                       first = function.signature().name();
                   });
                   nodes(graph, "StatefulPartitionedCall", [&](auto& node) { call(node, first); });
                 }),
      Contains("calls itself"));
}

TEST_CASE("functions that are generic, or say what is not known, are refused") {
  const auto with = [](const std::function<void(tensorflow::Function&)>& change) {
    return refusal_of("functions", [&](auto& graph) { functions(graph, change); });
  };
  CHECK_THAT(with([](auto& f) { f.mutable_signature()->add_attr("T"); }), Contains("is generic"));
  CHECK_THAT(with([](auto& f) { f.mutable_signature()->mutable_input_arg(0)->set_type_attr("T"); }),
             Contains("is generic"));
  CHECK_THAT(with([](auto& f) { f.add_attr("\x0a\x08surprise"); }),
             Contains("attribute 'surprise' is not known"));
  CHECK_THAT(with([](auto& f) { f.clear_ret(); }), Contains("is made by nothing"));
  CHECK_THAT(with([](auto& f) { f.add_node_def("\x0a\x05"); }), Contains("is cut or damaged"));
  CHECK_THAT(with([](auto& f) { f.mutable_node_def()->Add(std::string(f.node_def(0))); }), Contains("twice"));
}

TEST_CASE("calls that would make a large graph of a small file are refused") {
  // f0 calls f1 twice, which calls f2 twice...
  const auto nested = [](int depth) {
    return refusal_of("functions", [&](auto& graph) {
      tensorflow::FunctionLibrary library;
      for (int i = 0; i <= depth; ++i) {
        auto& function = *library.add_function();
        function.mutable_signature()->set_name("f" + std::to_string(i));
        function.mutable_signature()->add_input_arg()->set_name("x");
        function.mutable_signature()->add_output_arg()->set_name("y");
        std::string at = "x";
        for (const std::string name : {"a", "b"}) {
          tensorflow::Node node;
          node.set_name(name), node.add_input(at), at = name + ":y:0";
          node.set_op(i == depth ? "Relu" : "PartitionedCall");
          if (i == depth)
            attribute(node, "T").set_type(tensorflow::DT_FLOAT);
          else
            call(node, "f" + std::to_string(i + 1));
          function.add_node_def(node.SerializeAsString());
        }
        auto& result = *function.add_ret();
        result.set_key("y"), result.set_value(at);
      }
      graph.mutable_graph_def()->set_library(library.SerializeAsString());
      tensorflow::Node& node = *graph.mutable_graph_def()->add_node();
      node.set_name("call"), node.set_op("PartitionedCall"), node.add_input("serving_default_x");
      call(node, "f0");
      signature(graph, "serving_default").mutable_outputs(0)->mutable_value()->set_name("call:0");
    });
  };
  CHECK(nested(5) == "");
  CHECK_THAT(nested(25), Contains("more than 16384 calls"));
  CHECK_THAT(nested(40), Contains("more than 32 deep"));
}

TEST_CASE("a SavedModel with a field that is not known is refused") {
  std::string bytes = saved_models().at("functions").at("saved_model.pb");
  CHECK_THAT(testing::refusal(bytes.substr(0, bytes.size() / 2)), Contains("cut or damaged"));
  bytes += std::string("\xa0\x06\x01", 3);  // a field 100
  CHECK_THAT(testing::refusal(bytes), Contains("a SavedModel has a field 100 that is not known"));
}

}  // namespace test_saved_model_errors
