// Which quantised ONNX graphs are refused, and with which words: the tests' networks with one thing changed.
#include <cmath>
#include <functional>
#include <limits>

#include "catch.h"
#include "graph/file_error.h"
#include "quantised/evaluate.h"
#include "quantised/files.h"
#include "quantised/onnx_models.h"

namespace mobilith::testing::test_onnx_errors {

namespace {

using Catch::Matchers::Contains;

// What is wrong with the model; empty: nothing.
std::string why(const onnx::Model& model) {
  try {
    quantised::check(graph_of_bytes(model.SerializeAsString()), quantised::Requantise::onnx);
  } catch (const file::Error& error) {
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  return "";
}

constexpr const char* linear = "network_qoperator_u8s8";
constexpr const char* by_channel = "network_qoperator_s8s8";
constexpr const char* between = "network_qdq_u8s8";

// What is wrong with the model whose node has been changed.
std::string changed(const char* name, const char* node,
                    const std::function<void(onnx::Model&, onnx::Node&)>& change) {
  onnx::Model model = onnx_model(name);
  change(model, node_named(model, node));
  return why(model);
}

// The same with input i of the node, a constant.
std::string with_constant(const char* name, const char* node, int i,
                          const std::function<void(onnx::Tensor&)>& change) {
  return changed(name, node, [&](onnx::Model& model, onnx::Node& of) { change(constant_of(model, of, i)); });
}

void set_floats(onnx::Tensor& tensor, const std::vector<float>& values) {
  tensor.clear_float_data();
  for (const float value : values) tensor.add_float_data(value);
}

}  // namespace

TEST_CASE("a quantised ONNX network that is right is taken, in both forms") {
  CHECK(why(onnx_model(linear)) == "");
  CHECK(why(onnx_model(by_channel)) == "");
  CHECK(why(onnx_model(between)) == "");
}

TEST_CASE("scales that are not normal positive floats are refused with their tensor") {
  for (const float scale : {0.0f, -0.5f, std::nanf(""), std::numeric_limits<float>::infinity(), 1e-40f})
    for (const int input : {1, 4, 6}) {
      CAPTURE(scale, input);
      CHECK_THAT(with_constant(linear, "project", input, [&](auto& t) { set_floats(t, {scale}); }),
                 Contains("(QLinearConv)") && Contains("'scale_") && Contains("a scale of"));
    }
}

TEST_CASE("scales and zero points of another type or number are refused with their tensor") {
  CHECK_THAT(with_constant(linear, "project", 7, [](auto& t) { t.set_data_type(3); }),
             Contains("(QLinearConv)") && Contains("as the result's i8"));
  CHECK_THAT(with_constant(linear, "project", 5, [](auto& t) { t.set_data_type(2); }),
             Contains("a zero point of another type"));
  CHECK_THAT(with_constant(by_channel, "project", 4,
                           [](auto& t) {
                             t.set_dims(0, 7);
                             t.mutable_float_data()->RemoveLast();
                           }),
             Contains("scale and zero point of different shapes"));
  CHECK_THAT(changed(by_channel, "project",
                     [](auto& model, auto& node) {
                       onnx::Tensor &scales = constant_of(model, node, 4),
                                    &zeros = constant_of(model, node, 5);
                       scales.set_dims(0, 7), zeros.set_dims(0, 7);
                       scales.mutable_float_data()->RemoveLast(), zeros.mutable_int32_data()->RemoveLast();
                     }),
             Contains("7 scales along axis 0 of 8x19x1x1"));
  CHECK_THAT(with_constant(by_channel, "project", 5, [](auto& t) { t.set_int32_data(3, 1); }),
             Contains("zero points that differ from channel to channel"));
}

TEST_CASE("biases that don't add to the sums are refused with their tensor") {
  CHECK_THAT(with_constant(linear, "project", 8, [](auto& t) { t.set_data_type(7), t.clear_int32_data(); }),
             Contains("bytes for"));
  const auto bias_scale = [](float factor) {
    return changed(between, "project", [&](auto& model, auto&) {
      for (onnx::Node& node : *model.mutable_graph()->mutable_node())
        for (const onnx::Node& of : model.graph().node())
          if (of.op_type() == "Conv" && of.input_size() == 3 && of.input(2) == node.output(0)) {
            onnx::Tensor& scale = constant_of(model, node, 1);
            scale.set_float_data(0, scale.float_data(0) * factor);
            return;
          }
    });
  };
  CHECK(bias_scale(1.000002f) == "");
  CHECK_THAT(bias_scale(1.001f), Contains("a bias of scale") && Contains("image times weights is"));
}

TEST_CASE("sums that 32 bits may not hold are refused") {
  CHECK_THAT(with_constant(linear, "project", 8, [](auto& t) { t.set_int32_data(2, 0x7fffff00); }),
             Contains("more than 32 bits hold"));
}

TEST_CASE("what ONNX Runtime computes in floats is refused by the operation's name") {
  onnx::Model pooled = onnx_model(between);
  for (onnx::Node& node : *pooled.mutable_graph()->mutable_node())
    if (node.op_type() == "GlobalAveragePool") node.set_op_type("GlobalMaxPool");
  CHECK_THAT(why(pooled), Contains("(GlobalMaxPool)") && Contains("ONNX Runtime computes it in floats"));
  onnx::Model subtracted = onnx_model(between);
  for (onnx::Node& node : *subtracted.mutable_graph()->mutable_node())
    if (node.op_type() == "Add") node.set_op_type("Sub");
  CHECK_THAT(why(subtracted), Contains("(Sub)") && Contains("ONNX Runtime computes it in floats"));
  onnx::Model clipped = onnx_model(between);
  for (onnx::Tensor& tensor : *clipped.mutable_graph()->mutable_initializer())
    if (tensor.float_data_size() == 1 && tensor.float_data(0) == 6) tensor.set_float_data(0, 5);
  CHECK_THAT(why(clipped), Contains("(Clip)") && Contains("its bounds, 0 and 5"));
}

TEST_CASE("settings and operations of ONNX's bytes that are not known are refused by name") {
  CHECK_THAT(changed(linear, "means",
                     [](auto&, auto& node) {
                       onnx::Attribute& last = *node.add_attribute();
                       last.set_name("channels_last"), last.set_i(1), last.set_type(2);
                     }),
             Contains("(QLinearGlobalAveragePool)") && Contains("'channels_last'"));
  CHECK_THAT(changed(linear, "logits",
                     [](auto&, auto& node) {
                       onnx::Attribute& alpha = *node.add_attribute();
                       alpha.set_name("alpha"), alpha.set_f(2), alpha.set_type(1);
                     }),
             Contains("(QGemm)") && Contains("alpha 2"));
  CHECK_THAT(changed(linear, "added", [](auto&, auto& node) { node.set_op_type("QLinearReduceMean"); }),
             Contains("an operation of 'com.microsoft'"));
  CHECK_THAT(changed(linear, "added", [](auto&, auto& node) { node.clear_domain(); }),
             Contains("(QLinearAdd): no MobileNet has this operation"));
  onnx::Model newer = onnx_model(linear);
  newer.mutable_opset_import(1)->set_version(2);
  CHECK_THAT(why(newer), Contains("version 2 of com.microsoft's operations"));
  CHECK_THAT(changed(linear, "logits",
                     [](auto&, auto& node) {
                       node.mutable_input()->RemoveLast(), node.mutable_input()->RemoveLast();
                     }),
             Contains("expected bytes"));
}

}  // namespace mobilith::testing::test_onnx_errors
