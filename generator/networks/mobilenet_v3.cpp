// keras.applications.MobileNetV3Large, MobileNetV3Small; arXiv 1905.02244, tables 1 and 2. The minimalistic
// ones have no squeeze-excite, no 5x5 windows, and ReLU everywhere.
#include "networks/layers.h"
#include "networks/table.h"

namespace mobilith {

namespace {

using Function = ActivationFunction;

// of_expanded: the expanded channels over the block's inputs.
struct Row {
  double of_expanded;
  int channels, side, stride;
  bool squeezes, swish;
};

constexpr Row large[] = {
    {1, 16, 3, 1, false, false},  {4, 24, 3, 2, false, false},  {3, 24, 3, 1, false, false},
    {3, 40, 5, 2, true, false},   {3, 40, 5, 1, true, false},   {3, 40, 5, 1, true, false},
    {6, 80, 3, 2, false, true},   {2.5, 80, 3, 1, false, true}, {2.3, 80, 3, 1, false, true},
    {2.3, 80, 3, 1, false, true}, {6, 112, 3, 1, true, true},   {6, 112, 3, 1, true, true},
    {6, 160, 5, 2, true, true},   {6, 160, 5, 1, true, true},   {6, 160, 5, 1, true, true}};
constexpr Row small[] = {{1, 16, 3, 2, true, false},
                         {72.0 / 16, 24, 3, 2, false, false},
                         {88.0 / 24, 24, 3, 1, false, false},
                         {4, 40, 5, 2, true, true},
                         {6, 40, 5, 1, true, true},
                         {6, 40, 5, 1, true, true},
                         {3, 48, 5, 1, true, true},
                         {3, 48, 5, 1, true, true},
                         {6, 96, 5, 2, true, true},
                         {6, 96, 5, 1, true, true},
                         {6, 96, 5, 1, true, true}};

// The blocks of squeeze-excite (gate) lie between the two halves of an inverted residual.
void add_squeezed(Network& network, Block whole, const std::string& prefix) {
  std::vector<Layer>& layers = whole.layers;
  const size_t project = layers.size() - (whole.residual ? 2 : 1);
  const int before = static_cast<int>(network.blocks.size()) - 1;
  const Shape middle = layers[project].in;
  Block expansion{BlockKind::depthwise,
                  whole.name + "_expansion",
                  layers[project - 1].name,
                  {layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(project)}};
  Layer pool{LayerKind::pool, prefix + "squeeze_excite_avg_pool", ""};
  pool.in = middle, pool.out = {1, 1, middle.channels};
  Layer squeeze = convolution(prefix + "squeeze_excite_conv", "", pool.out,
                              divisible_by_8(middle.channels * 0.25), Function::relu);
  Layer excite =
      convolution(prefix + "squeeze_excite_conv_1", "", squeeze.out, middle.channels, Function::hard_sigmoid);
  for (Layer* layer : {&squeeze, &excite}) {
    layer->kind = LayerKind::dense, layer->dense_is_convolution = layer->bias = true;
  }
  Block gate{BlockKind::gate, whole.name + "_gate", excite.name, {pool, squeeze, excite}};
  Layer multiply{LayerKind::multiply, prefix + "squeeze_excite_mul", ""};
  multiply.in = multiply.out = middle;
  Block projection{BlockKind::convolution, whole.name + "_projection", whole.output, {multiply}};
  projection.layers.insert(projection.layers.end(), layers.begin() + static_cast<std::ptrdiff_t>(project),
                           layers.end());
  projection.residual = whole.residual;
  projection.inputs = {before + 1, before + 2};
  if (whole.residual) projection.inputs.push_back(before);
  for (Block* block : {&expansion, &gate, &projection}) network.blocks.push_back(std::move(*block));
}

void add_inverted_residual(Network& network, int id, const Row& row, bool minimalistic, double alpha) {
  const Shape in = network.blocks.back().out();
  const Function function = row.swish && !minimalistic ? Function::hard_swish : Function::relu;
  const int side = minimalistic ? 3 : row.side;
  const std::string prefix = id == 0 ? "expanded_conv_" : "expanded_conv_" + std::to_string(id) + "_";
  Block block{
      BlockKind::inverted_residual, "inverted_residual_" + std::to_string(id), prefix + "project_bn", {}};
  Shape shape = in;
  if (id > 0) {
    block.layers.push_back(convolution(prefix + "expand", prefix + "expand_bn", shape,
                                       divisible_by_8(in.channels * row.of_expanded), function));
    shape = block.layers.back().out;
  }
  block.layers.push_back(windowed(LayerKind::depthwise, prefix + "depthwise", prefix + "depthwise_bn", shape,
                                  shape.channels, {side, side, row.stride}, pad_same, function));
  block.layers.push_back(convolution(prefix + "project", prefix + "project_bn", block.layers.back().out,
                                     divisible_by_8(row.channels * alpha), Function::none));
  block.residual = row.stride == 1 && in.channels == block.layers.back().out.channels;
  if (block.residual) {
    Layer add{LayerKind::add, prefix + "add", ""};
    add.in = add.out = block.layers.back().out;
    block.layers.push_back(add);
  }
  if (row.squeezes && !minimalistic)
    add_squeezed(network, std::move(block), prefix);
  else
    network.blocks.push_back(std::move(block));
}

void add_classifier(Network& network, int features, int classes, Function function) {
  const Shape in = network.blocks.back().out();
  const Layer hidden = convolution("conv_1", "conv_1_bn", in, divisible_by_8(in.channels * 6.0), function);
  Layer pool{LayerKind::pool, "global_average_pooling2d", ""};
  pool.in = hidden.out, pool.out = {1, 1, hidden.out.channels};
  network.blocks.push_back({BlockKind::pool, "pool_1", pool.name, {hidden, pool}});
  Layer wide = convolution("conv_2", "", pool.out, features, function);
  Layer classifier = convolution("logits", "", wide.out, classes, Function::none);
  int id = 0;
  for (Layer* layer : {&wide, &classifier}) {
    layer->kind = LayerKind::dense, layer->dense_is_convolution = layer->bias = true;
    network.blocks.push_back({BlockKind::dense, "dense_" + std::to_string(++id), layer->name, {*layer}});
  }
  Layer softmax{LayerKind::softmax, "predictions", ""};
  softmax.in = softmax.out = classifier.out;
  network.blocks.push_back({BlockKind::normalise, "normalise_1", softmax.name, {softmax}});
  network.outputs = {"normalise_1"};
}

template <size_t N>
Network build(const Configuration& c, const Row (&rows)[N], int features, bool minimalistic) {
  if (c.depth_multiplier != 1)
    throw ConfigurationError(
        "depth-multiplier", c.net + " has none (expected 1, got " + std::to_string(c.depth_multiplier) + ")");
  const Function function = minimalistic ? Function::relu : Function::hard_swish;
  Network network{c, {}};
  Block stem{BlockKind::stem, "stem", "conv_bn", {}};
  stem.layers.push_back(windowed(LayerKind::convolution, "conv", "conv_bn", {c.height, c.width, 3}, 16,
                                 {3, 3, 2}, pad_same, function));
  network.blocks.push_back(stem);
  int id = 0;
  for (const Row& row : rows) add_inverted_residual(network, id++, row, minimalistic, c.alpha);
  if (c.alpha > 1) features = divisible_by_8(features * c.alpha);
  add_classifier(network, features, c.classes, function);
  // Borders of a block without an expansion are zero whatever comes before is: a swish or ReLU is not
  // bounded.
  for (size_t i = 1; i < network.blocks.size(); i++) {
    Block& block = network.blocks[i];
    const int from = network.inputs_of(i).front();
    const Layer& last = network.blocks[static_cast<size_t>(from)].layers.back();
    block.infinite_input = last.kind == LayerKind::add || !row_of(last.activation).bounded;
  }
  return network;
}

}  // namespace

Network mobilenet_v3_large(const Configuration& c) { return build(c, large, 1280, false); }
Network mobilenet_v3_small(const Configuration& c) { return build(c, small, 1024, false); }
Network mobilenet_v3_large_minimalistic(const Configuration& c) { return build(c, large, 1280, true); }
Network mobilenet_v3_small_minimalistic(const Configuration& c) { return build(c, small, 1024, true); }

std::vector<Configuration> mobilenet_v3_large_published() {
  return {{"mobilenet_v3_large", 1.0}, {"mobilenet_v3_large", 0.75}};
}
std::vector<Configuration> mobilenet_v3_small_published() {
  return {{"mobilenet_v3_small", 1.0}, {"mobilenet_v3_small", 0.75}};
}
std::vector<Configuration> mobilenet_v3_large_minimalistic_published() {
  return {{"mobilenet_v3_large_minimalistic", 1.0}};
}
std::vector<Configuration> mobilenet_v3_small_minimalistic_published() {
  return {{"mobilenet_v3_small_minimalistic", 1.0}};
}

}  // namespace mobilith
