#include "formats/cases.h"
#include "formats/tensorflow_writer.h"

namespace mobilith::testing {

namespace {

const Shape image{1, 5, 6, 4};
using Cases = std::vector<FormatCase>;

// A file whose node "y" is made of x and of constants that are named by their place: "c1", "c2"...
struct One {
  TensorflowFile file;
  std::vector<std::string> inputs{"x"};

  explicit One(const Shape& shape = image) { file.input("x", shape); }
  std::string next() {
    inputs.push_back("c" + std::to_string(inputs.size()));
    return inputs.back();
  }
  One& floats(const Shape& shape, int seed) {
    file.floats(next(), shape, numbers(shape, seed));
    return *this;
  }
  One& floats(const Shape& shape, const std::vector<float>& values) {
    file.floats(next(), shape, values);
    return *this;
  }
  One& whole(const Shape& shape, const std::vector<int32_t>& values) {
    file.whole(next(), shape, values);
    return *this;
  }
  TensorflowFile& node(const std::string& op) { return file.node(op, "y", inputs).type("T", 1); }
};

void windows(Cases& cases) {
  const auto add = [&](const std::string& name, const TensorflowFile& file) {
    cases.push_back({name, file.bytes()});
  };
  add("conv_same",
      One().floats({3, 3, 4, 6}, 1).node("Conv2D").integers("strides", {1, 2, 2, 1}).word("padding", "SAME"));
  add("conv_explicit", One()
                           .floats({3, 2, 4, 5}, 1)
                           .node("Conv2D")
                           .integers("strides", {1, 2, 1, 1})
                           .word("padding", "EXPLICIT")
                           .integers("explicit_paddings", {0, 0, 1, 2, 0, 1, 0, 0})
                           .integers("dilations", {1, 1, 1, 1})
                           .truth("use_cudnn_on_gpu", true)
                           .word("data_format", "NHWC"));
  add("conv_dilated_valid", One()
                                .floats({2, 2, 4, 3}, 2)
                                .node("Conv2D")
                                .integers("strides", {1, 1, 1, 1})
                                .integers("dilations", {1, 2, 3, 1})
                                .word("padding", "VALID"));
  add("depthwise_multiplied", One()
                                  .floats({3, 3, 4, 2}, 1)
                                  .node("DepthwiseConv2dNative")
                                  .integers("strides", {1, 2, 2, 1})
                                  .word("padding", "SAME"));
  add("average_pool_same", One()
                               .node("AvgPool")
                               .integers("ksize", {1, 3, 2, 1})
                               .integers("strides", {1, 2, 2, 1})
                               .word("padding", "SAME"));
  add("max_pool", One()
                      .node("MaxPool")
                      .integers("ksize", {1, 2, 2, 1})
                      .integers("strides", {1, 2, 2, 1})
                      .word("padding", "VALID"));
  add("fused_conv", One()
                        .floats({1, 1, 4, 3}, 1)
                        .floats({3}, 2)
                        .node("_FusedConv2D")
                        .integers("strides", {1, 1, 1, 1})
                        .word("padding", "VALID")
                        .integer("num_args", 1)
                        .types("TArgs", {1})
                        .words("fused_ops", {"BiasAdd", "Relu6"}));
  add("fused_matmul", One({2, 5})
                          .floats({5, 3}, 1)
                          .floats({3}, 2)
                          .node("_FusedMatMul")
                          .integer("num_args", 1)
                          .words("fused_ops", {"BiasAdd", "Relu"}));
}

void functions(Cases& cases) {
  const auto add = [&](const std::string& name, const TensorflowFile& file) {
    cases.push_back({name, file.bytes()});
  };
  for (const char* op : {"FusedBatchNorm", "FusedBatchNormV3"}) {
    One one;
    one.floats({4}, 1).floats({4}, 2).floats({4}, 3).floats({4}, std::vector<float>{0.5f, 2, 1, 0.25f});
    one.node(op).truth("is_training", false).number("epsilon", 1e-3f);
    if (std::string(op) == "FusedBatchNormV3") one.file.type("U", 1);
    add(op, one.file);
  }
  add("bias_add", One().floats({4}, 1).node("BiasAdd"));
  for (const char* op : {"Add", "AddV2", "Sub", "Mul", "RealDiv", "Minimum", "Maximum"})
    add(op, One().floats({6, 1}, 4).node(op));
  for (const char* op : {"Relu", "Relu6", "Sigmoid", "Identity"}) add(op, One().node(op));
  for (const char* op : {"Softmax", "LogSoftmax"}) add(op, One({2, 7}).node(op));
  add("mean", One().whole({2}, {1, 2}).node("Mean").type("Tidx", 3).truth("keep_dims", true));
  add("mean_of_last", One().whole({}, {-1}).node("Mean"));
  add("matmul_transposed", One({2, 5}).floats({3, 5}, 1).node("MatMul").truth("transpose_b", true));
  // A batch norm as slim spells it, of lists that are shorter than their shapes.
  TensorflowFile slim;
  slim.input("x", image);
  slim.constant("variance", 1, {4}).add_float_val(0.75f);
  slim.constant("half", 19, {2, 1}).add_half_val(0x3c00);
  slim.constant("epsilon", 1, {}).add_float_val(1e-3f);
  slim.node("Add", "sum", {"variance", "epsilon:0"}).type("T", 1);
  slim.node("Rsqrt", "root", {"sum"}).type("T", 1);
  slim.node("NoOp", "nothing", {"^root"});
  slim.node("Mul", "y", {"x:0", "root", "^nothing"}).type("T", 1);
  add("rsqrt_short_lists", slim);
}

void moves(Cases& cases) {
  const auto add = [&](const std::string& name, const TensorflowFile& file) {
    cases.push_back({name, file.bytes()});
  };
  add("reshape", One().whole({2}, {-1, 12}).node("Reshape").type("Tshape", 3));
  add("squeeze", One({1, 4, 1, 6}).node("Squeeze").integers("squeeze_dims", {2}));
  add("squeeze_all", One({1, 4, 1, 6}).node("Squeeze"));
  add("expand_dims", One().whole({}, {-1}).node("ExpandDims"));
  add("transpose", One().whole({4}, {0, 3, 1, 2}).node("Transpose"));
  add("pad", One().whole({4, 2}, {0, 0, 1, 2, 0, 1, 0, 3}).node("Pad"));
  add("pad_v2",
      One().whole({4, 2}, {0, 0, 1, 2, 0, 1, 0, 3}).floats({}, std::vector<float>{-1}).node("PadV2"));
  add("concat", One().floats({1, 5, 6, 2}, 1).whole({}, {3}).node("ConcatV2").integer("N", 2));
  // Flatten as Keras spells it; the constants come after their use.
  TensorflowFile f;
  f.node("Reshape", "y", {"x", "target"}).type("T", 1);
  f.input("x", image);
  f.node("Shape", "shape", {"x"}).type("T", 1).type("out_type", 3);
  f.node("StridedSlice", "images", {"shape", "zero", "one", "one"}).type("T", 3).type("Index", 3);
  f.integer("shrink_axis_mask", 1);
  f.node("Pack", "target", {"images", "rest"}).type("T", 3).integer("N", 2).integer("axis", 0);
  f.whole("zero", {1}, {0}), f.whole("one", {1}, {1}), f.whole("rest", {}, {-1});
  add("flatten_by_shape", f);
}

}  // namespace

std::vector<FormatCase> tensorflow_cases() {
  Cases cases;
  windows(cases);
  functions(cases);
  moves(cases);
  return cases;
}

}  // namespace mobilith::testing
