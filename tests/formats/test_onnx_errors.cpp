// What is refused in ONNX files, and with which words.
#include <functional>

#include "catch.h"
#include "formats/onnx_writer.h"
#include "formats/reading.h"

namespace test_onnx_errors {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

const Shape image{1, 4, 5, 6};

// A convolution, after `change` has seen the file and its node.
std::string changed(const std::function<void(onnx::Model&, onnx::Node&)>& change, int64_t opset = 13,
                    const Shape& shape = image) {
  OnnxFile file(opset);
  file.input("x", shape);
  file.constant("w", {4, 4, 1, 1}, numbers({4, 4, 1, 1}));
  onnx::Node& node = file.node("Conv", {"x", "w"}, "y");
  file.output("y");
  change(file.model, node);
  return file.bytes();
}

// A file of one node that makes y of x.
std::string one(int64_t opset, const std::string& type, const std::vector<onnx::Attribute>& attributes = {}) {
  OnnxFile file(opset);
  file.input("x", image);
  file.node(type, {"x"}, "y", attributes);
  file.output("y");
  return file.bytes();
}

std::string with_attribute(const onnx::Attribute& attribute) {
  return changed([&](onnx::Model&, onnx::Node& node) { *node.add_attribute() = attribute; });
}

}  // namespace

TEST_CASE("an ONNX file that is right is read") {
  CHECK(refusal(changed([](auto&, auto&) {})) == "");
}

TEST_CASE("an ONNX operation that no MobileNet has is refused by name and place") {
  CHECK_THAT(refusal(one(13, "LeakyRelu", {number("alpha", 0.1f)})),
             Contains("operation 'LeakyRelu of y' (LeakyRelu): no MobileNet"));
  CHECK_THAT(refusal(one(13, "If")), Contains("(If)"));
  CHECK_THAT(refusal(changed([](auto&, auto& node) { node.set_domain("com.example"); })),
             Contains("an operation of 'com.example'"));
}

TEST_CASE("attributes of ONNX that are not known, or are of another kind, are refused by name") {
  CHECK_THAT(refusal(with_attribute(integer("surprise", 1))), Contains("attribute 'surprise' is not known"));
  CHECK_THAT(refusal(with_attribute(number("group", 1))), Contains("attribute 'group' is of kind 1"));
  CHECK_THAT(refusal(with_attribute(integers("strides", {2}))), Contains("'strides' has 1 numbers"));
  CHECK_THAT(refusal(with_attribute(integers("strides", {0, 1}))), Contains("stride or dilation of 0"));
  CHECK_THAT(refusal(with_attribute(integers("pads", {0, 0, -1, 0}))), Contains("a padding of -1"));
  CHECK_THAT(refusal(with_attribute(integers("kernel_shape", {3, 3}))),
             Contains("a window of 3x3 but a kernel of 1x1"));
  CHECK_THAT(refusal(with_attribute(word("auto_pad", "SAME"))), Contains("auto_pad 'SAME'"));
  CHECK_THAT(refusal(with_attribute(integer("group", 3))), Contains("in 3 groups"));
  CHECK_THAT(refusal(changed([](auto&, auto& node) {
               *node.add_attribute() = integer("group", 1);
               *node.add_attribute() = integer("group", 2);
             })),
             Contains("attribute 'group' twice"));
  CHECK_THAT(refusal(changed([](auto&, auto& node) {
               *node.add_attribute() = word("auto_pad", "SAME_UPPER");
               *node.add_attribute() = integers("dilations", {2, 1});
             })),
             Contains("'auto_pad' with 'dilations'"));
  // What a later version of an operation knows, an earlier one does not.
  CHECK_THAT(refusal(one(13, "Squeeze", {integers("axes", {0})})), Contains("attribute 'axes' is not known"));
  CHECK_THAT(refusal(one(12, "Dropout", {number("ratio", 0.5f)})),
             Contains("attribute 'ratio' is not known"));
  CHECK_THAT(refusal(one(9, "AveragePool", {integers("kernel_shape", {2, 2}), integer("ceil_mode", 1)})),
             Contains("attribute 'ceil_mode' is not known"));
}

TEST_CASE("versions of ONNX's operations that are not known are refused") {
  CHECK_THAT(refusal(changed([](auto&, auto&) {}, 6)),
             Contains("version 6 of ONNX's operations; expected 7 to"));
  CHECK_THAT(refusal(changed([](auto&, auto&) {}, 1000)), Contains("version 1000"));
  CHECK_THAT(refusal(changed([](auto& model, auto&) { model.clear_opset_import(); })),
             Contains("does not say the version"));
}

TEST_CASE("what an ONNX file may hold beside a graph of dense tensors is refused") {
  CHECK_THAT(refusal(changed([](auto& model, auto&) { model.add_training_info("x"); })),
             Contains("how to train"));
  CHECK_THAT(refusal(changed([](auto& model, auto&) { model.add_functions("x"); })),
             Contains("functions of its own"));
  CHECK_THAT(refusal(changed([](auto& model, auto&) { model.mutable_graph()->add_sparse_initializer("x"); })),
             Contains("sparse constants"));
  CHECK_THAT(refusal(changed([](auto& model, auto&) {
               model.GetReflection()->MutableUnknownFields(model.mutable_graph())->AddVarint(99, 1);
             })),
             Contains("a Graph has a field 99 that is not known"));
}

TEST_CASE("a batch norm or a dropout in training is refused") {
  OnnxFile file(15);
  file.input("x", image);
  for (const char* name : {"a", "b", "c", "d"}) file.constant(name, {4}, std::vector<float>{1, 1, 1, 1});
  file.node("BatchNormalization", {"x", "a", "b", "c", "d"}, "y", {integer("training_mode", 1)});
  file.output("y");
  CHECK_THAT(refusal(file.bytes()), Contains("a batch norm in training"));
  // Before operation set 14 its statistics among the outputs say so; a name of "" is none.
  for (const char* statistics : {"", "m"}) {
    OnnxFile old(9);
    old.input("x", image);
    for (const char* name : {"a", "b", "c", "d"}) old.constant(name, {4}, std::vector<float>{1, 1, 1, 1});
    old.node("BatchNormalization", {"x", "a", "b", "c", "d"}, "y").add_output(statistics);
    old.output("y");
    CHECK_THAT(refusal(old.bytes()), Contains(*statistics ? "a batch norm in training" : ""));
    CHECK(refusal(old.bytes()).empty() == !*statistics);
  }
  OnnxFile drop(13);
  drop.input("x", image);
  drop.constant("ratio", {}, std::vector<float>{0.5f});
  drop.constant("training", {}, std::vector<float>{1});
  drop.node("Dropout", {"x", "ratio", "training"}, "y");
  drop.output("y");
  CHECK_THAT(refusal(drop.bytes()), Contains("a dropout in training"));
}

TEST_CASE("an ONNX graph whose tensors are not made once and in order is refused") {
  CHECK_THAT(refusal(changed([](auto&, auto& node) { node.set_input(0, "y"); })),
             Contains("its input 'y' is made by no operation before it"));
  CHECK_THAT(refusal(changed([](auto&, auto& node) { node.set_output(0, "w"); })),
             Contains("its output is a constant"));
  CHECK_THAT(
      refusal(changed([](auto& model, auto&) { model.mutable_graph()->mutable_output(0)->set_name("z"); })),
      Contains("output 'z' is made by no operation"));
  CHECK_THAT(refusal(changed([](auto&, auto& node) { node.add_input("w"), node.add_input("w"); })),
             Contains("4 inputs"));
}

TEST_CASE("constants of ONNX that are not what they say are refused") {
  const auto constant = [](const std::function<void(onnx::Tensor&)>& change) {
    return refusal(
        changed([&](auto& model, auto&) { change(*model.mutable_graph()->mutable_initializer(0)); }));
  };
  CHECK_THAT(constant([](auto& t) { t.set_raw_data("four"); }),
             Contains("tensor 'w': 4 bytes for 4x4x1x1 of f32"));
  CHECK_THAT(constant([](auto& t) { t.add_float_data(1); }), Contains("its data are there twice"));
  CHECK_THAT(constant([](auto& t) { t.set_data_type(8); }), Contains("elements of ONNX's type 8"));
  CHECK_THAT(constant([](auto& t) { t.set_dims(0, -4); }), Contains("an extent of -4"));
  CHECK_THAT(constant([](auto& t) { t.set_dims(0, int64_t(1) << 40); }), Contains("is too large"));
}

TEST_CASE("an image whose size an ONNX file leaves open gets the one that is asked for") {
  const auto same = [](auto&, auto&) {};
  CHECK_THAT(refusal(changed(same, 13, {-1, 4, -1, -1})), Contains("input 'x' leaves height and width open"));
  const auto graph = read(changed(same, 13, {-1, 4, -1, -1}), {.height = 7, .width = 9});
  CHECK(graph.tensors[graph.outputs[0]].shape == file::Extents{1, 4, 7, 9});
  CHECK_THAT(refusal(changed(same), {.width = 7}), Contains("has a width of 6; asked for 7"));
  CHECK_THAT(refusal(changed(same, 13, {-1, -1, -1, -1})), Contains("which are height and width"));
}

TEST_CASE("a shape that depends on the image's numbers is refused") {
  OnnxFile file(13);
  file.input("x", {2});
  onnx::Attribute to = integer("to", 7);
  file.node("Cast", {"x"}, "shape", {to});
  file.node("Reshape", {"x", "shape"}, "y");
  file.output("y");
  CHECK_THAT(refusal(file.bytes()), Contains("input 1 is computed from the image; expected a constant"));
}

}  // namespace test_onnx_errors
