// keras.applications.MobileNetV2; arXiv 1801.04381, table 2.
#include "networks/layers.h"
#include "networks/table.h"

namespace mobilith {

namespace {

struct Stage {
  int expansion, channels, repeats, stride;
};
constexpr Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                            {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

Block inverted_residual(int id, const Shape& in, const Stage& stage, int stride, double alpha) {
  const std::string prefix = id == 0 ? "expanded_conv_" : "block_" + std::to_string(id) + "_";
  Block block{
      BlockKind::inverted_residual, "inverted_residual_" + std::to_string(id), prefix + "project_BN", {}};
  Shape shape = in;
  if (stage.expansion > 1) {
    block.layers.push_back(convolution(prefix + "expand", prefix + "expand_BN", shape,
                                       in.channels * stage.expansion, ActivationFunction::relu6));
    shape = block.layers.back().out;
  }
  block.layers.push_back(windowed(LayerKind::depthwise, prefix + "depthwise", prefix + "depthwise_BN", shape,
                                  shape.channels, {3, 3, stride}, pad_same, ActivationFunction::relu6));
  const int channels =
      divisible_by_8(static_cast<int>(stage.channels * alpha));  // Keras truncates, then rounds
  block.layers.push_back(convolution(prefix + "project", prefix + "project_BN", block.layers.back().out,
                                     channels, ActivationFunction::none));
  block.residual = stride == 1 && in.channels == channels;
  if (block.residual) {
    Layer add{LayerKind::add, prefix + "add", ""};
    add.in = add.out = block.layers.back().out;
    block.layers.push_back(add);
  }
  return block;
}

}  // namespace

Network mobilenet_v2(const Configuration& c) {
  if (c.depth_multiplier != 1)
    throw ConfigurationError("depth-multiplier", "mobilenet_v2 has none (expected 1, got " +
                                                     std::to_string(c.depth_multiplier) + ")");
  Network network{c, {}};
  Block stem{BlockKind::stem, "stem", "Conv1_relu", {}};
  stem.layers.push_back(windowed(LayerKind::convolution, "Conv1", "bn_Conv1", {c.height, c.width, 3},
                                 divisible_by_8(32 * c.alpha), {3, 3, 2}, pad_same,
                                 ActivationFunction::relu6));
  network.blocks.push_back(stem);
  int id = 0;
  for (const Stage& stage : stages)
    for (int i = 0; i < stage.repeats; i++, id++)
      network.blocks.push_back(
          inverted_residual(id, network.blocks.back().out(), stage, i == 0 ? stage.stride : 1, c.alpha));

  const int last = c.alpha > 1.0 ? divisible_by_8(1280 * c.alpha) : 1280;
  const Layer hidden =
      convolution("Conv_1", "Conv_1_bn", network.blocks.back().out(), last, ActivationFunction::relu6);
  Layer classifier{LayerKind::dense, "predictions", ""};
  classifier.in = hidden.out;
  classifier.out = {1, 1, c.classes};
  network.blocks.push_back(head({hidden}, "global_average_pooling2d", classifier, "predictions"));
  return network;
}

std::vector<Configuration> mobilenet_v2_published() {
  std::vector<Configuration> list;
  for (double alpha : {1.4, 1.3}) list.push_back({"mobilenet_v2", alpha, 1, 224, 224});
  for (double alpha : {1.0, 0.75, 0.5, 0.35})
    for (int side : {224, 192, 160, 128, 96}) list.push_back({"mobilenet_v2", alpha, 1, side, side});
  return list;
}

}  // namespace mobilith
