#include "formats/cases.h"
#include "formats/onnx_writer.h"

namespace mobilith::testing {

namespace {

const Shape image{1, 4, 5, 6};
using Attributes = std::vector<onnx::Attribute>;
using Cases = std::vector<FormatCase>;

// A file whose node makes y of x and of constants that are named by their place: "1", "2"...
struct One {
  OnnxFile file;
  std::vector<std::string> inputs{"x"};

  explicit One(int64_t opset, const Shape& shape = image) : file(opset) { file.input("x", shape); }
  One& floats(const Shape& shape, int seed) { return floats(shape, numbers(shape, seed)); }
  One& floats(const Shape& shape, const std::vector<float>& values) {
    inputs.push_back(std::to_string(inputs.size()));
    file.constant(inputs.back(), shape, values);
    return *this;
  }
  One& whole(const Shape& shape, const std::vector<int64_t>& values) {
    inputs.push_back(std::to_string(inputs.size()));
    file.constant(inputs.back(), shape, values);
    return *this;
  }
  One& none() {
    inputs.emplace_back();
    return *this;
  }
  FormatCase done(const std::string& name, const std::string& type, const Attributes& attributes = {}) {
    file.node(type, inputs, "y", attributes);
    file.output("y");
    return {name, file.bytes()};
  }
};

void windows(Cases& cases) {
  cases.push_back(One(13)
                      .floats({6, 4, 3, 3}, 1)
                      .floats({6}, 2)
                      .done("conv_pads", "Conv",
                            {integers("pads", {1, 0, 2, 1}), integers("strides", {2, 1}),
                             integers("kernel_shape", {3, 3})}));
  cases.push_back(
      One(11)
          .floats({4, 2, 2, 3}, 1)
          .done("conv_groups_dilated", "Conv", {integer("group", 2), integers("dilations", {2, 1})}));
  cases.push_back(One(13)
                      .floats({8, 1, 3, 3}, 1)
                      .floats({8}, 3)
                      .done("conv_depthwise_same_upper", "Conv",
                            {integer("group", 4), word("auto_pad", "SAME_UPPER"), integers("strides", {2, 2}),
                             integers("kernel_shape", {3, 3})}));
  cases.push_back(One(13)
                      .floats({3, 4, 2, 2}, 1)
                      .done("conv_same_lower", "Conv",
                            {word("auto_pad", "SAME_LOWER"), integers("kernel_shape", {2, 2})}));
  const auto kernel = integers("kernel_shape", {3, 2});
  cases.push_back(One(13).done("average_pool", "AveragePool",
                               {kernel, integers("pads", {1, 1, 1, 0}), integers("strides", {2, 2})}));
  cases.push_back(One(13).done("average_pool_counts_padding", "AveragePool",
                               {kernel, integers("pads", {1, 1, 1, 0}), integer("count_include_pad", 1)}));
  cases.push_back(One(13).done("average_pool_ceiling", "AveragePool",
                               {kernel, integers("strides", {2, 3}), integer("ceil_mode", 1)}));
  cases.push_back(One(13).done("max_pool_same", "MaxPool",
                               {kernel, word("auto_pad", "SAME_UPPER"), integers("strides", {2, 2})}));
  cases.push_back(
      One(13).done("max_pool_dilated_ceiling", "MaxPool",
                   {integers("kernel_shape", {2, 2}), integers("dilations", {2, 3}),
                    integers("pads", {1, 0, 0, 1}), integers("strides", {2, 2}), integer("ceil_mode", 1)}));
  cases.push_back(One(7).done("global_average_pool", "GlobalAveragePool"));
  cases.push_back(One(13).done("global_max_pool", "GlobalMaxPool"));
}

void functions(Cases& cases) {
  const std::vector<float> variances{0.5f, 2, 1, 0.25f};
  cases.push_back(
      One(15)
          .floats({4}, 1)
          .floats({4}, 2)
          .floats({4}, 3)
          .floats({4}, variances)
          .done("batch_norm", "BatchNormalization", {number("epsilon", 1e-3f), number("momentum", 0.9f)}));
  cases.push_back(One(7).done("clip_6", "Clip", {number("min", 0), number("max", 1.5f)}));
  cases.push_back(One(13).none().floats({}, std::vector<float>{0.5f}).done("clip_13_high", "Clip"));
  cases.push_back(One(13).done("relu", "Relu"));
  cases.push_back(One(14).done("hard_swish", "HardSwish"));
  cases.push_back(One(13).done("hard_sigmoid", "HardSigmoid", {number("alpha", 0.25f)}));
  cases.push_back(One(13).done("sigmoid", "Sigmoid"));
  cases.push_back(One(11).done("softmax_11", "Softmax"));
  cases.push_back(One(13).done("softmax_13", "Softmax", {integer("axis", 1)}));
  cases.push_back(One(11).done("log_softmax_11", "LogSoftmax"));
  cases.push_back(One(13).done("log_softmax_13", "LogSoftmax", {integer("axis", 1)}));
  cases.push_back(One(13).done("lp_normalization", "LpNormalization", {integer("axis", 1)}));
  for (const char* type : {"Add", "Sub", "Mul", "Div", "Min", "Max"})
    cases.push_back(One(13).floats({4, 1, 1}, 4).done(std::string("binary_") + type, type));
  cases.push_back(
      One(13).done("reduce_mean_13", "ReduceMean", {integers("axes", {2, -1}), integer("keepdims", 0)}));
  cases.push_back(One(18).whole({2}, {2, 3}).done("reduce_mean_18", "ReduceMean"));
  cases.push_back(One(18).done("reduce_mean_of_none", "ReduceMean", {integer("noop_with_empty_axes", 1)}));
  cases.push_back(One(13).done("reduce_max_13", "ReduceMax", {integers("axes", {1})}));
}

void products(Cases& cases) {
  cases.push_back(One(13, {2, 5})
                      .floats({3, 5}, 1)
                      .floats({3}, 2)
                      .done("gemm_transposed_b", "Gemm",
                            {integer("transB", 1), number("alpha", 0.5f), number("beta", 2)}));
  cases.push_back(One(13, {5, 2})
                      .floats({5, 3}, 1)
                      .floats({2, 1}, 2)
                      .done("gemm_transposed_a", "Gemm", {integer("transA", 1)}));
  cases.push_back(One(13, {2, 3, 5}).floats({5, 4}, 1).done("matmul", "MatMul"));
}

void moves(Cases& cases) {
  cases.push_back(One(13).done("flatten", "Flatten"));
  cases.push_back(One(13).whole({3}, {0, -1, 5}).done("reshape", "Reshape"));
  cases.push_back(One(11, {1, 4, 1, 6}).done("squeeze_11", "Squeeze", {integers("axes", {0, 2})}));
  cases.push_back(One(13, {1, 4, 1, 6}).whole({1}, {-2}).done("squeeze_13", "Squeeze"));
  cases.push_back(One(13).whole({2}, {0, -1}).done("unsqueeze_13", "Unsqueeze"));
  cases.push_back(One(13).done("transpose", "Transpose", {integers("perm", {0, 2, 3, 1})}));
  cases.push_back(
      One(10).done("pad_2", "Pad", {integers("pads", {0, 0, 1, 2, 0, 1, 0, 3}), number("value", 1.5f)}));
  cases.push_back(
      One(13).whole({8}, {0, 0, 1, 2, 0, 0, 0, 3}).floats({}, std::vector<float>{-1}).done("pad_13", "Pad"));
  cases.push_back(One(18).whole({4}, {1, 2, 0, 3}).none().whole({2}, {-1, 1}).done("pad_18", "Pad"));
  cases.push_back(One(13).floats({1, 2, 5, 6}, 9).done("concat", "Concat", {integer("axis", 1)}));
  cases.push_back(One(13).whole({2}, {3, -2}).done("gather", "Gather", {integer("axis", 2)}));
  cases.push_back(
      One(9).done("slice_9", "Slice",
                  {integers("starts", {1, -4}), integers("ends", {100, -1}), integers("axes", {1, 3})}));
  cases.push_back(One(13)
                      .whole({2}, {4, 0})
                      .whole({2}, {0, 6})
                      .whole({2}, {2, 3})
                      .whole({2}, {-2, 4})
                      .done("slice_13", "Slice"));
  cases.push_back(One(13).done("identity", "Identity"));
  cases.push_back(One(10).done("dropout", "Dropout", {number("ratio", 0.25f)}));
}

// Flatten as exporters spell it: x as (images, -1).
void computed_shape(Cases& cases) {
  OnnxFile f(13);
  f.input("x", image);
  f.node("Shape", {"x"}, "shape");
  auto& zero = f.node("Constant", {}, "zero");
  auto& value = *zero.add_attribute();
  value.set_name("value"), value.set_type(4);
  *value.mutable_t() = tensor("", {}, std::vector<int64_t>{0});
  f.constant("front", {1}, std::vector<int64_t>{0});
  f.constant("rest", {1}, std::vector<int64_t>{-1});
  f.node("Gather", {"shape", "zero"}, "images", {integer("axis", 0)});
  f.node("Unsqueeze", {"images", "front"}, "first");
  f.node("Concat", {"first", "rest"}, "target", {integer("axis", 0)});
  f.node("Reshape", {"x", "target"}, "y");
  f.output("y");
  cases.push_back({"reshape_by_computed_shape", f.bytes()});
}

// x as whole numbers, and back.
void quantised(Cases& cases) {
  OnnxFile f(13);
  f.input("x", image);
  f.constant("scale", {4}, std::vector<float>{0.125f, 0.25f, 0.01f, 1});
  auto zeros = tensor("zeros", {4}, std::vector<float>{});
  zeros.set_data_type(3), zeros.set_raw_data(std::string("\x00\x05\xfb\x01", 4));
  *f.model.mutable_graph()->add_initializer() = zeros;
  f.node("QuantizeLinear", {"x", "scale", "zeros"}, "q", {integer("axis", 1)});
  f.node("DequantizeLinear", {"q", "scale", "zeros"}, "y", {integer("axis", 1)});
  f.output("y");
  cases.push_back({"quantise_dequantise", f.bytes()});
}

// A block of V3 as exporters spell it: batch norms, hard swish in four nodes, squeeze and excite, a sum, a
// head.
void small_network(Cases& cases) {
  OnnxFile f(12);
  f.input("x", image);
  const auto weights = [&](const std::string& name, const Shape& shape, int seed) {
    std::vector<float> values = numbers(shape, seed);
    for (float& value : values) value /= 4;
    f.constant(name, shape, values);
    return name;
  };
  const auto norm = [&](const std::string& x) {
    std::vector<std::string> inputs{x};
    for (int i = 0; i < 3; ++i) inputs.push_back(weights(x + std::to_string(i), {4}, i));
    inputs.push_back(x + "v");
    f.constant(inputs.back(), {4}, std::vector<float>{0.5f, 1, 2, 0.25f});
    f.node("BatchNormalization", inputs, x + " n");
    return x + " n";
  };
  for (const auto& [name, value] : {std::pair{"zero", 0.f}, std::pair{"three", 3.f}, std::pair{"six", 6.f}})
    f.constant(name, {}, std::vector{value});
  f.node("Conv", {"x", weights("w1", {4, 4, 3, 3}, 1)}, "a",
         {integers("pads", {1, 1, 1, 1}), integers("strides", {2, 2})});
  const std::string stem = norm("a");
  f.node("Add", {stem, "three"}, "s");
  f.node("Clip", {"s", "zero", "six"}, "c");
  f.node("Mul", {stem, "c"}, "m");
  f.node("Div", {"m", "six"}, "h");
  f.node("Conv", {"h", weights("w2", {4, 1, 3, 3}, 2)}, "d",
         {integers("pads", {1, 1, 1, 1}), integer("group", 4)});
  f.node("Relu", {norm("d")}, "r");
  f.node("GlobalAveragePool", {"r"}, "g");
  f.node("Conv", {"g", weights("w3", {2, 4, 1, 1}, 3), weights("b3", {2}, 4)}, "q");
  f.node("Relu", {"q"}, "t");
  f.node("Conv", {"t", weights("w4", {4, 2, 1, 1}, 5)}, "u");
  f.node("Add", {"u", weights("b4", {1, 4, 1, 1}, 6)}, "e");
  f.node("HardSigmoid", {"e"}, "k");
  f.node("Mul", {"k", "r"}, "l");
  f.node("Conv", {"l", weights("w5", {4, 4, 1, 1}, 7)}, "o");
  f.node("Add", {norm("o"), "h"}, "p");
  f.node("GlobalAveragePool", {"p"}, "f");
  f.node("Flatten", {"f"}, "v");
  f.node("Gemm", {"v", weights("w6", {5, 4}, 8), weights("b6", {5}, 9)}, "z", {integer("transB", 1)});
  f.node("Softmax", {"z"}, "y");
  f.output("y");
  cases.push_back({"small_network", f.bytes()});
}

}  // namespace

std::vector<FormatCase> onnx_cases() {
  Cases cases;
  windows(cases);
  functions(cases);
  products(cases);
  moves(cases);
  computed_shape(cases);
  quantised(cases);
  small_network(cases);
  return cases;
}

}  // namespace mobilith::testing
