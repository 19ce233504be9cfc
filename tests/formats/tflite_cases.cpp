#include "formats/cases.h"
#include "formats/tflite_writer.h"

namespace mobilith::testing {

namespace {

using tflite::Builtin;
using tflite::FusedActivation;
using tflite::Padding;
using tflite::TensorType;

const Shape image{1, 5, 6, 3};

// A file of one operation, of the image x: the rest of the inputs are constants.
struct One {
  TfliteFile file;
  int x = file.tensor("x", image), y = -1;
  std::vector<int> inputs{x};

  void add(const std::string& name, const Shape& shape, int seed) {
    inputs.push_back(file.constant(name, shape, numbers(shape, seed)));
  }
  void add(const std::string& name, const Shape& shape, const std::vector<int32_t>& values) {
    inputs.push_back(file.constant(name, shape, values));
  }
  template <class Options>
  FormatCase done(const std::string& name, Builtin code, const Shape& output, int type,
                  flatbuffers::Offset<Options> options) {
    y = file.tensor("y", output);
    file.op(code, inputs, y, type, options);
    return {name, file.bytes({x}, {y})};
  }
  FormatCase done(const std::string& name, Builtin code, const Shape& output) {
    return done(name, code, output, 0, flatbuffers::Offset<tflite::AnyOptions>());
  }
};

void convolutions(std::vector<FormatCase>& cases) {
  {
    One f;
    f.add("kernel", {4, 3, 3, 3}, 1), f.add("bias", {4}, 2);
    cases.push_back(
        f.done("conv_same_stride_2_relu6", Builtin::CONV_2D, {1, 3, 3, 4}, 1,
               tflite::CreateConv2DOptions(f.file.builder, Padding::SAME, 2, 2, FusedActivation::RELU6)));
  }
  {
    One f;
    f.add("kernel", {2, 2, 3, 3}, 1), f.add("bias", {2}, 2);
    cases.push_back(f.done(
        "conv_valid_dilated", Builtin::CONV_2D, {1, 3, 4, 2}, 1,
        tflite::CreateConv2DOptions(f.file.builder, Padding::VALID, 1, 1, FusedActivation::NONE, 1, 2)));
  }
  {
    One f;
    f.add("kernel", {1, 3, 3, 6}, 3), f.add("bias", {6}, 4);
    cases.push_back(f.done(
        "depthwise_twice_same_stride_2", Builtin::DEPTHWISE_CONV_2D, {1, 3, 3, 6}, 2,
        tflite::CreateDepthwiseConv2DOptions(f.file.builder, Padding::SAME, 2, 2, 2, FusedActivation::RELU)));
  }
  {
    One f;
    f.inputs.push_back(f.file.constant("kernel", {2, 1, 1, 3}, TensorType::INT8,
                                       std::string("\x10\x80\x7f\x01\xff\x40", 6), {0.5f, 0.125f}, {0, 0},
                                       0));
    f.add("bias", {2}, 2);
    cases.push_back(
        f.done("conv_whole_weights", Builtin::CONV_2D, {1, 5, 6, 2}, 1,
               tflite::CreateConv2DOptions(f.file.builder, Padding::VALID, 1, 1, FusedActivation::NONE)));
  }
  {
    One f;  // 1, -2, 0.5, 65504, 2^-24, -0.333251953125 as halves
    const int half = f.file.constant("half", {2, 1, 1, 3}, TensorType::FLOAT16,
                                     std::string("\x00\x3c\x00\xc0\x00\x38\x00\x7b\x01\x00\x55\xb5", 12));
    const int kernel = f.file.tensor("kernel", {2, 1, 1, 3});
    f.file.op(Builtin::DEQUANTIZE, {half}, kernel);
    f.inputs.push_back(kernel);
    f.add("bias", {2}, 2);
    cases.push_back(
        f.done("conv_half_weights", Builtin::CONV_2D, {1, 5, 6, 2}, 1,
               tflite::CreateConv2DOptions(f.file.builder, Padding::VALID, 1, 1, FusedActivation::NONE)));
  }
}

void pools(std::vector<FormatCase>& cases) {
  One a;
  cases.push_back(
      a.done("average_pool_same", Builtin::AVERAGE_POOL_2D, {1, 3, 3, 3}, 5,
             tflite::CreatePool2DOptions(a.file.builder, Padding::SAME, 2, 2, 3, 3, FusedActivation::NONE)));
  One b;
  cases.push_back(
      b.done("max_pool_valid_relu", Builtin::MAX_POOL_2D, {1, 2, 5, 3}, 5,
             tflite::CreatePool2DOptions(b.file.builder, Padding::VALID, 1, 2, 2, 3, FusedActivation::RELU)));
  One c;
  c.add("axes", {2}, std::vector<int32_t>{1, 2});
  cases.push_back(c.done("mean_keep", Builtin::MEAN, {1, 1, 1, 3}, 27,
                         tflite::CreateReducerOptions(c.file.builder, true)));
  One d;
  d.add("axes", {1}, std::vector<int32_t>{-1});
  cases.push_back(
      d.done("reduce_max", Builtin::REDUCE_MAX, {1, 5, 6}, 27, tflite::CreateReducerOptions(d.file.builder)));
}

void products(std::vector<FormatCase>& cases) {
  One a;
  a.add("weights", {4, 90}, 5), a.add("bias", {4}, 6);
  cases.push_back(a.done("fully_connected_flattens", Builtin::FULLY_CONNECTED, {1, 4}, 8,
                         tflite::CreateFullyConnectedOptions(a.file.builder, FusedActivation::RELU_N1_TO_1)));
  One b;
  b.add("weights", {4, 3}, 5), b.inputs.push_back(-1);
  cases.push_back(b.done("fully_connected_keeps_axes", Builtin::FULLY_CONNECTED, {1, 5, 6, 4}, 8,
                         tflite::CreateFullyConnectedOptions(b.file.builder, FusedActivation::NONE,
                                                             tflite::WeightsFormat::DEFAULT, true)));
}

void elementwise(std::vector<FormatCase>& cases) {
  struct Binary {
    const char* name;
    Builtin code;
    int type;
  };
  for (const auto& [name, code, type] :
       {Binary{"add_relu6", Builtin::ADD, 11}, Binary{"sub_relu6", Builtin::SUB, 28}}) {
    One f;
    f.add("b", {3}, 7);
    cases.push_back(
        f.done(name, code, image, type, tflite::CreateSumOptions(f.file.builder, FusedActivation::RELU6)));
  }
  for (const auto& [name, code, type] : {Binary{"mul", Builtin::MUL, 21}, Binary{"div", Builtin::DIV, 29}}) {
    One f;
    f.add("b", {1, 5, 1, 3}, 7);
    cases.push_back(f.done(name, code, image, type, tflite::CreateFusedOptions(f.file.builder)));
  }
  for (const auto& [name, code, type] :
       {Binary{"minimum", Builtin::MINIMUM, 39}, Binary{"maximum", Builtin::MAXIMUM, 39}}) {
    One f;
    f.add("b", {6, 1}, 8);
    cases.push_back(f.done(name, code, image, type, tflite::CreateAnyOptions(f.file.builder)));
  }
  for (const auto& [name, code, type] :
       {Binary{"relu", Builtin::RELU, 0}, Binary{"relu6", Builtin::RELU6, 0},
        Binary{"relu_n1_to_1", Builtin::RELU_N1_TO_1, 0}, Binary{"relu_0_to_1", Builtin::RELU_0_TO_1, 0},
        Binary{"hard_swish", Builtin::HARD_SWISH, 0}, Binary{"logistic", Builtin::LOGISTIC, 0},
        Binary{"log_softmax", Builtin::LOG_SOFTMAX, 0},
        Binary{"l2_normalization", Builtin::L2_NORMALIZATION, 0}}) {
    One f;
    cases.push_back(f.done(name, code, image));
  }
  One s;
  cases.push_back(
      s.done("softmax_beta", Builtin::SOFTMAX, image, 9, tflite::CreateSoftmaxOptions(s.file.builder, 0.5f)));
}

void moves(std::vector<FormatCase>& cases) {
  One a;
  cases.push_back(a.done("reshape_by_options", Builtin::RESHAPE, {1, 90}, 17,
                         tflite::CreateReshapeOptions(
                             a.file.builder, a.file.builder.CreateVector(std::vector<int32_t>{-1, 90}))));
  One b;
  b.add("shape", {3}, std::vector<int32_t>{5, -1, 2});
  cases.push_back(b.done("reshape_by_input", Builtin::RESHAPE, {5, 9, 2}));
  One c;
  cases.push_back(c.done(
      "squeeze", Builtin::SQUEEZE, {5, 6, 3}, 30,
      tflite::CreateSqueezeOptions(c.file.builder, c.file.builder.CreateVector(std::vector<int32_t>{0}))));
  One d;
  d.add("axis", {}, std::vector<int32_t>{-1});
  cases.push_back(d.done("expand_dims", Builtin::EXPAND_DIMS, {1, 5, 6, 3, 1}, 52,
                         tflite::CreateAnyOptions(d.file.builder)));
  One e;
  e.add("pads", {4, 2}, std::vector<int32_t>{0, 0, 1, 2, 0, 3, 0, 0});
  cases.push_back(e.done("pad", Builtin::PAD, {1, 8, 9, 3}, 22, tflite::CreateAnyOptions(e.file.builder)));
  One f;
  f.add("pads", {4, 2}, std::vector<int32_t>{0, 0, 1, 0, 0, 1, 1, 0}), f.add("value", {1}, 9);
  cases.push_back(
      f.done("padv2", Builtin::PADV2, {1, 6, 7, 4}, 43, tflite::CreateAnyOptions(f.file.builder)));
  One g;
  g.add("other", {1, 5, 2, 3}, 10);
  cases.push_back(g.done("concatenation", Builtin::CONCATENATION, {1, 5, 8, 3}, 10,
                         tflite::CreateAxisOptions(g.file.builder, -2)));
  One h;
  h.add("order", {4}, std::vector<int32_t>{0, 3, 1, 2});
  cases.push_back(
      h.done("transpose", Builtin::TRANSPOSE, {1, 3, 5, 6}, 26, tflite::CreateAnyOptions(h.file.builder)));
  One i;
  i.add("which", {2}, std::vector<int32_t>{4, 1});
  cases.push_back(
      i.done("gather", Builtin::GATHER, {1, 2, 6, 3}, 23, tflite::CreateGatherOptions(i.file.builder, 1)));
  One k;
  k.add("begin", {4}, std::vector<int32_t>{0, 1, -1, 0}), k.add("end", {4}, std::vector<int32_t>{1, 5, 0, 2});
  k.add("strides", {4}, std::vector<int32_t>{1, 2, -2, 1});
  cases.push_back(k.done("strided_slice", Builtin::STRIDED_SLICE, {2, 3, 2}, 32,
                         tflite::CreateStridedSliceOptions(k.file.builder, 0, 0, 0, 0, 1)));
}

// Flatten as converters spell it for any number of images: the shape is computed.
void computed_shape(std::vector<FormatCase>& cases) {
  One f;
  const int shape = f.file.tensor("shape", {4}, TensorType::INT32),
            images = f.file.tensor("images", {}, TensorType::INT32);
  const int target = f.file.tensor("target", {2}, TensorType::INT32);
  f.file.op(Builtin::SHAPE, {f.x}, shape, 55, tflite::CreateShapeOptions(f.file.builder, TensorType::INT32));
  const int zero = f.file.constant("zero", {1}, std::vector<int32_t>{0}),
            one = f.file.constant("one", {1}, std::vector<int32_t>{1});
  f.file.op(Builtin::STRIDED_SLICE, {shape, zero, one, one}, images, 32,
            tflite::CreateStridedSliceOptions(f.file.builder, 0, 0, 0, 0, 1));
  const int rest = f.file.constant("rest", {}, std::vector<int32_t>{90});
  f.file.op(Builtin::PACK, {images, rest}, target, 59, tflite::CreatePackOptions(f.file.builder, 2, 0));
  f.inputs.push_back(target);
  cases.push_back(f.done("reshape_by_computed_shape", Builtin::RESHAPE, {1, 90}));
}

// A stem, an inverted residual with its sum, a head.
void small_network(std::vector<FormatCase>& cases) {
  One f;
  auto& b = f.file.builder;
  const auto weights = [&](const Shape& shape, int seed) {
    std::vector<float> values = numbers(shape, seed);
    for (float& value : values) value /= 4;
    return f.file.constant("weights", shape, values);
  };
  const auto image_of = [&](const std::string& name, int64_t channels) {
    return f.file.tensor(name, {1, 3, 3, channels});
  };
  const auto conv = [&](int x, const std::string& name, int64_t from, int64_t to, FusedActivation fused) {
    const int y = image_of(name, to);
    f.file.op(Builtin::CONV_2D, {x, weights({to, 1, 1, from}, int(to)), weights({to}, 3)}, y, 1,
              tflite::CreateConv2DOptions(b, Padding::SAME, 1, 1, fused));
    return y;
  };
  const int stem = image_of("stem", 4);
  f.file.op(Builtin::CONV_2D, {f.x, weights({4, 3, 3, 3}, 1), weights({4}, 2)}, stem, 1,
            tflite::CreateConv2DOptions(b, Padding::SAME, 2, 2, FusedActivation::RELU6));
  const int wide = conv(stem, "wide", 4, 8, FusedActivation::RELU6), depthwise = image_of("depthwise", 8);
  f.file.op(Builtin::DEPTHWISE_CONV_2D, {wide, weights({1, 3, 3, 8}, 5), weights({8}, 6)}, depthwise, 2,
            tflite::CreateDepthwiseConv2DOptions(b, Padding::SAME, 1, 1, 1, FusedActivation::RELU6));
  const int narrow = conv(depthwise, "narrow", 8, 4, FusedActivation::NONE), sum = image_of("sum", 4);
  f.file.op(Builtin::ADD, {stem, narrow}, sum, 11, tflite::CreateSumOptions(b));
  const int mean = f.file.tensor("mean", {1, 4}),
            axes = f.file.constant("axes", {2}, std::vector<int32_t>{1, 2});
  f.file.op(Builtin::MEAN, {sum, axes}, mean, 27, tflite::CreateReducerOptions(b, false));
  const int logits = f.file.tensor("logits", {1, 5});
  f.file.op(Builtin::FULLY_CONNECTED, {mean, weights({5, 4}, 7), weights({5}, 8)}, logits, 8,
            tflite::CreateFullyConnectedOptions(b));
  f.inputs = {logits};
  cases.push_back(f.done("small_network", Builtin::SOFTMAX, {1, 5}, 9, tflite::CreateSoftmaxOptions(b, 1)));
}

}  // namespace

std::vector<FormatCase> tflite_cases() {
  std::vector<FormatCase> cases;
  convolutions(cases);
  pools(cases);
  products(cases);
  elementwise(cases);
  moves(cases);
  computed_shape(cases);
  small_network(cases);
  return cases;
}

}  // namespace mobilith::testing
