// keras.applications.MobileNet; arXiv 1704.04861, table 1.
#include "networks/layers.h"
#include "networks/table.h"

namespace mobilith {

namespace {

struct Row {
  int channels, stride;
};
constexpr Row rows[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                        {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};

}  // namespace

Network mobilenet_v1(const Configuration& c) {
  auto scaled = [&](int channels) { return static_cast<int>(channels * c.alpha); };  // Keras truncates
  if (scaled(32) < 1)
    throw ConfigurationError(
        "alpha", "so small that the first convolution has no channel left; expected at least 0.03125 (1/32)");
  Network network{c, {}};
  Block stem{BlockKind::stem, "stem", "conv1_relu", {}};
  stem.layers.push_back(windowed(LayerKind::convolution, "conv1", "conv1_bn", {c.height, c.width, 3},
                                 scaled(32), {3, 3, 2}, pad_same, ActivationFunction::relu6));
  network.blocks.push_back(stem);
  int id = 0;
  for (const Row& row : rows) {
    const std::string n = std::to_string(++id);
    const Shape in = network.blocks.back().out();
    Block block{BlockKind::separable, "separable_" + n, "conv_pw_" + n + "_relu", {}};
    block.layers.push_back(windowed(LayerKind::depthwise, "conv_dw_" + n, "conv_dw_" + n + "_bn", in,
                                    in.channels * c.depth_multiplier, {3, 3, row.stride}, pad_after,
                                    ActivationFunction::relu6));
    block.layers.push_back(convolution("conv_pw_" + n, "conv_pw_" + n + "_bn", block.layers[0].out,
                                       scaled(row.channels), ActivationFunction::relu6));
    network.blocks.push_back(block);
  }
  Layer classifier{LayerKind::dense, "conv_preds", ""};
  classifier.dense_is_convolution = true;
  classifier.in = network.blocks.back().out();
  classifier.out = {1, 1, c.classes};
  network.blocks.push_back(head({}, "global_average_pooling2d", classifier, "predictions"));
  return network;
}

std::vector<Configuration> mobilenet_v1_published() {
  std::vector<Configuration> list;
  for (double alpha : {1.0, 0.75, 0.5, 0.25})
    for (int side : {224, 192, 160, 128}) list.push_back({"mobilenet_v1", alpha, 1, side, side});
  return list;
}

}  // namespace mobilith
