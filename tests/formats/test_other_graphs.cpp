// Graphs that networks of the tables have not: sums in orders of the file's own, copies of the image.
#include "catch.h"
#include "formats/onnx_writer.h"
#include "process.h"
#include "reference/reference.h"
#include "state_dicts/formula_dicts.h"
#include "weights/weights.h"

namespace test_other_graphs {

using namespace mobilith;
using namespace mobilith::testing;
using Catch::Matchers::Contains;

namespace {

// Writes layers of an ONNX file, each with numbers of its own.
class Layers {
 public:
  explicit Layers(int64_t channels = 3) { file.input("image", {1, channels, 16, 16}); }
  std::string convolution(const std::string& from, int64_t in, int64_t out, int64_t side, int64_t stride) {
    const std::string name = "t" + std::to_string(++count_);
    const bool depthwise = side > 1 && in == out;
    const testing::Shape shape{out, depthwise ? 1 : in, side, side};
    std::vector<float> kernel = numbers(shape, count_);
    for (float& number : kernel) number /= float(shape[1]);
    file.constant(name + ".weight", shape, kernel);
    file.constant(name + ".bias", {out}, numbers({out}, count_ + 5));
    file.node("Conv", {from, name + ".weight", name + ".bias"}, name,
              {integers("kernel_shape", {side, side}), integers("strides", {stride, stride}),
               integers("pads", std::vector<int64_t>(4, side / 2)), integer("group", depthwise ? in : 1)});
    return name;
  }
  std::string node(const std::string& type, const std::vector<std::string>& inputs,
                   const std::vector<onnx::Attribute>& attributes = {}) {
    const std::string name = "t" + std::to_string(++count_);
    file.node(type, inputs, name, attributes);
    return name;
  }
  std::string relu(const std::string& from) { return node("Relu", {from}); }
  OnnxFile file{14};

 private:
  int count_ = 0;
};

// The kinds of the blocks that are taken; they compute what the file's graph does.
std::vector<BlockKind> blocks_of(const Layers& layers) {
  const TemporaryFolder folder;
  write_text(folder / "net.onnx", layers.file.bytes());
  const auto weights = open_weights(folder / "net.onnx");
  const FileConfiguration says = weights->configuration();
  const Network network = weights->network({*says.net, 0, 0, *says.height, *says.width, *says.classes});
  const reference::Activation image = reference::formula_input(network.image());
  CHECK(relative_difference(reference::run_network(network, *weights, image, false).values,
                            weights->outputs_for(image.values).at(0)) < 1e-6);
  std::vector<BlockKind> kinds;
  for (const Block& block : network.blocks) kinds.push_back(block.kind);
  return kinds;
}

}  // namespace

TEST_CASE("an image that the file computes later may be added") {
  Layers layers;
  const std::string stem = layers.relu(layers.convolution("image", 3, 8, 3, 1));
  const std::string expanded = layers.relu(layers.convolution(stem, 8, 16, 1, 1));
  const std::string windows = layers.relu(layers.convolution(expanded, 16, 16, 3, 2));
  const std::string projected = layers.convolution(windows, 16, 8, 1, 1);
  const std::string pooled =
      layers.node("MaxPool", {stem}, {integers("kernel_shape", {2, 2}), integers("strides", {2, 2})});
  layers.file.output(layers.node("Add", {pooled, projected}));
  CHECK(blocks_of(layers) ==
        std::vector{BlockKind::stem, BlockKind::depthwise, BlockKind::window_pool, BlockKind::convolution});
}

TEST_CASE("two convolutions may be added, whichever comes first") {
  for (const bool swapped : {false, true}) {
    Layers layers;
    const std::string stem = layers.relu(layers.convolution("image", 3, 8, 3, 1));
    const std::string one = layers.convolution(stem, 8, 6, 1, 1);
    const std::string other = layers.convolution(stem, 8, 6, 3, 1);
    layers.file.output(layers.node("Add", {swapped ? other : one, swapped ? one : other}));
    CHECK(blocks_of(layers) == std::vector{BlockKind::stem, BlockKind::convolution, BlockKind::convolution});
  }
}

TEST_CASE("a second depthwise convolution may be added to the block's input, as in MobileNet V4") {
  Layers layers;
  const std::string stem = layers.relu(layers.convolution("image", 3, 8, 3, 1));
  const std::string before = layers.convolution(stem, 8, 8, 3, 1);
  const std::string expanded = layers.relu(layers.convolution(before, 8, 16, 1, 1));
  const std::string windows = layers.relu(layers.convolution(expanded, 16, 16, 3, 1));
  layers.file.output(layers.node("Add", {stem, layers.convolution(windows, 16, 8, 1, 1)}));
  CHECK(blocks_of(layers) ==
        std::vector{BlockKind::stem, BlockKind::separable, BlockKind::depthwise, BlockKind::convolution});
}

TEST_CASE("an image of one channel is read with channels first, too") {
  Layers layers(1);
  const std::string stem = layers.relu(layers.convolution("image", 1, 8, 3, 2));
  layers.file.output(layers.convolution(stem, 8, 4, 1, 1));
  CHECK(blocks_of(layers) == std::vector{BlockKind::stem, BlockKind::convolution});
}

TEST_CASE("an image's channels may be copied, scaled or not") {
  for (const bool scaled : {false, true}) {
    Layers layers(1);
    std::string image = layers.node("Concat", {"image", "image", "image"}, {integer("axis", 1)});
    if (scaled) {
      layers.file.constant("factor", {1, 1, 1, 1}, std::vector<float>{1 / 127.5f});
      layers.file.constant("term", {1, 1, 1, 1}, std::vector<float>{-1});
      image = layers.node("Add", {layers.node("Mul", {image, "factor"}), "term"});
    }
    layers.file.output(layers.relu(layers.convolution(image, 3, 8, 3, 2)));
    CHECK(blocks_of(layers) == std::vector{BlockKind::stem});
  }
}

TEST_CASE("copies of a channel that are scaled differently are refused if they are padded") {
  Layers layers(1);
  const std::string image = layers.node("Concat", {"image", "image"}, {integer("axis", 1)});
  layers.file.constant("terms", {1, 2, 1, 1}, std::vector<float>{-1, -2});
  layers.file.output(layers.convolution(layers.node("Add", {image, "terms"}), 2, 8, 3, 2));
  CHECK_THROWS_WITH(blocks_of(layers), Contains("copies of one channel"));
}

TEST_CASE("an output that is an image's numbers in another order than the library's is refused") {
  const auto reshaped = [](bool last, const std::vector<int64_t>& shape) {
    Layers layers;
    std::string made = layers.relu(layers.convolution("image", 3, 8, 3, 2));
    if (last) made = layers.node("Transpose", {made}, {integers("perm", {0, 2, 3, 1})});
    layers.file.constant("shape", {int64_t(shape.size())}, shape);
    layers.file.output(layers.node("Reshape", {made, "shape"}));
    return blocks_of(layers);
  };
  for (const auto& shape : std::vector<std::vector<int64_t>>{{1, -1}, {1, 8, 64}, {512}, {8, 1, 8, 8}}) {
    CHECK_THROWS_WITH(reshaped(false, shape), Contains("in the order (channel, y, x)"));
    CHECK(reshaped(true, shape) == std::vector{BlockKind::stem});
  }
  CHECK(reshaped(false, {8, 8, 8}) == std::vector{BlockKind::stem});
}

TEST_CASE("factors are of channels, not of as many rows or columns") {
  const auto gated = [](const std::vector<int64_t>& shape) {
    Layers layers;
    const std::string image = layers.relu(layers.convolution("image", 3, 16, 3, 1));
    std::string factors = layers.node("GlobalAveragePool", {image});
    factors = layers.relu(layers.convolution(factors, 16, 4, 1, 1));
    factors = layers.node("Sigmoid", {layers.convolution(factors, 4, 16, 1, 1)});
    layers.file.constant("shape", {int64_t(shape.size())}, shape);
    const std::string product = layers.node("Mul", {image, layers.node("Reshape", {factors, "shape"})});
    layers.file.output(layers.convolution(product, 16, 4, 1, 1));
    return blocks_of(layers).size();
  };
  CHECK(gated({1, 16, 1, 1}) == 3);
  for (const auto& shape : std::vector<std::vector<int64_t>>{{1, 1, 16, 1}, {1, 1, 1, 16}, {16, 1}, {16}})
    CHECK_THROWS_WITH(gated(shape), Contains("a factor for each channel"));
}

TEST_CASE("what computes in another type than f32 is refused, unless the caller says that f32 will do") {
  constexpr int f32 = 1, f16 = 10, f64 = 11, bf16 = 16;  // ONNX's numbers
  const auto blocks = [](const Layers& layers, bool as_f32) {
    const TemporaryFolder folder;
    write_text(folder / "net.onnx", layers.file.bytes());
    ReadOptions options;
    options.as_f32 = as_f32;
    const auto weights = open_weights(folder / "net.onnx", options);
    const FileConfiguration says = weights->configuration();
    return weights->network({*says.net, 0, 0, *says.height, *says.width, *says.classes}).blocks.size();
  };
  const auto check = [&](const Layers& layers, const std::string& word) {
    CHECK_THROWS_WITH(blocks(layers, false),
                      Contains(word) && Contains("f32 computes it in f32 all the same"));
    CHECK(blocks(layers, true) == 1);
  };
  for (const int type : {f16, bf16, f64}) {
    Layers layers;
    layers.file.output(layers.convolution("image", 3, 8, 3, 2));
    layers.file.model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
        type);
    check(layers, "the input 'image' is of " + std::string(type == f16    ? "f16"
                                                           : type == bf16 ? "bf16"
                                                                          : "f64"));
  }
  const auto there_and_back = [&](Layers& layers, const std::string& value, int type) {
    return layers.node("Cast", {layers.node("Cast", {value}, {integer("to", type)})}, {integer("to", f32)});
  };
  for (const int type : {f16, bf16}) {
    Layers image, weights;  // what is cast
    image.file.output(image.convolution(there_and_back(image, "image", type), 3, 8, 3, 2));
    check(image, "a cast to " + std::string(type == f16 ? "f16" : "bf16"));
    const std::string made = weights.convolution("image", 3, 8, 3, 2);
    auto* conv = weights.file.model.mutable_graph()->mutable_node(0);
    const std::string cast = there_and_back(weights, conv->input(1), type);
    conv->set_input(1, cast);
    weights.file.model.mutable_graph()->mutable_node()->SwapElements(0, 2);
    weights.file.model.mutable_graph()->mutable_node()->SwapElements(0, 1);
    weights.file.output(made);
    check(weights, "a cast to " + std::string(type == f16 ? "f16" : "bf16"));
  }
  Layers scaled;
  scaled.file.constant("scale", {}, std::vector<float>{1});
  scaled.file.constant("half", {}, std::vector<float>{1});
  auto* half = scaled.file.model.mutable_graph()->mutable_initializer(1);
  half->set_data_type(f16), half->clear_float_data(), half->set_raw_data(std::string("\x00\x3c", 2));
  const std::string bytes = scaled.node("QuantizeLinear", {"image", "scale"});
  scaled.file.output(scaled.convolution(scaled.node("DequantizeLinear", {bytes, "half"}), 3, 8, 3, 2));
  CHECK_THROWS_WITH(blocks(scaled, false), Contains("a scale of f16"));
  Layers wider;
  wider.file.output(wider.convolution(there_and_back(wider, "image", f64), 3, 8, 3, 2));
  CHECK(blocks(wider, false) == 1);
}

}  // namespace test_other_graphs
