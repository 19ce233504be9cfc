#include <fmt/format.h>

#include <algorithm>

#include "graph/value.h"
#include "models/block_taker.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

Layer pooling(LayerKind kind, const std::string& name, const Shape& in) {
  Layer layer{kind, name, ""};
  layer.in = in;
  layer.out = {1, kind == LayerKind::mean_max_pool ? 2 : 1, in.channels};
  return layer;
}

Layer function(LayerKind kind, const std::string& name, const Shape& shape) {
  Layer layer{kind, name, ""};
  layer.in = layer.out = shape;
  return layer;
}

// A softmax, its logarithm or a norm goes over all values of a vector, wherever their axis is.
void require_axis(const file::Operation& op, const file::Extents& in, int values) {
  const auto rank = static_cast<int64_t>(in.size());
  int64_t axis = 0;
  if (const auto* softmax = std::get_if<file::Softmax>(&op.attributes)) {
    if (softmax->beta != 1) refuse(op, "a softmax with a factor");
    axis = softmax->axis;
  } else if (const auto* norm = std::get_if<file::Normalise>(&op.attributes)) {
    axis = norm->axis;
  } else {
    return;  // sigmoids have none
  }
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank || in[size_t(axis)] != values)
    refuse(op, "along an axis that does not have all values of the vector");
}

}  // namespace

std::optional<LayerKind> BlockTaker::pooling_of(int index) const {
  const file::Operation& op = graph_.operation(index);
  const file::Extents& image = graph_.shape(op.inputs[0]);
  if (image.size() != 4) return std::nullopt;
  if (const auto* reduce = std::get_if<file::Reduce>(&op.attributes)) {
    if (!reduce->keep_axes || reduce->axes != std::vector<int64_t>{1, 2}) return std::nullopt;
    return reduce->what == file::Reduction::mean ? LayerKind::pool : LayerKind::max_pool;
  }
  const auto* pool = std::get_if<file::Pool>(&op.attributes);
  if (!pool) return std::nullopt;
  const file::Window& w = pool->window;
  const bool all = w.height == image[1] && w.width == image[2] && !w.top && !w.left && !w.bottom &&
                   !w.right && graph_.shape(op.outputs[0])[1] == 1 && graph_.shape(op.outputs[0])[2] == 1;
  if (!all) return std::nullopt;
  return pool->maximum ? LayerKind::max_pool : LayerKind::pool;
}

void BlockTaker::pool(int index) {
  const file::Operation& op = graph_.operation(index);
  const Place from = read(index, 0, /*image=*/true);
  if (!pooling_of(index) && op.kind == Kind::pool) return window_pool(index, from);
  if (!pooling_of(index)) refuse(op, "expected the average or the maximum over all pixels of an image");
  if (from.block < 0 || from.gate || is_vector(from))
    refuse(op, "expected an image that a layer with weights has made");
  if (gate(index, -1, from)) return;
  std::vector<int> passed;
  const std::vector<int>& readers = graph_.readers(op.inputs[0]);
  const bool both = !graph_.is_output(op.inputs[0]) && join_of(readers, passed) >= 0;
  pool_block({}, both ? readers : std::vector<int>{index}, from);
}

// Squeeze-excite's factors: pool, dense, dense, and a product with the image. No pool: of an image of one
// pixel, whose first product is `first`.
bool BlockTaker::gate(std::optional<int> pool, int first, const Place& from) {
  int tensor = -1, products[2]{first, -1};
  std::vector<int> passed;
  if (pool) {
    if (pooling_of(*pool) != LayerKind::pool) return false;
    passed = {*pool}, tensor = graph_.output_of(*pool);
    products[0] = graph_.sole_reader_behind_reshapes(tensor, passed);
  }
  for (int& product : products) {
    if (&product != products) product = graph_.sole_reader_behind_reshapes(tensor, passed);
    if (product < 0 || (graph_.kind(product) != Kind::fully_connected && !layers_.is_pointwise(product)))
      return false;
    tensor = graph_.output_of(product);
    const int function = graph_.sole_reader(tensor);
    if (function >= 0 && function_of(function)) tensor = graph_.output_of(function);
  }
  std::vector<int> behind;
  const int multiply = graph_.sole_reader_behind_reshapes(tensor, behind);
  if (multiply < 0 || graph_.kind(multiply) != Kind::multiply) return false;
  take(passed);
  Block block{BlockKind::gate, "", "", {pooling(LayerKind::pool, "pool", from.shape)}};
  int last = first;
  for (const int product : products) {
    Place vector;
    vector.block = from.block, vector.shape = block.layers.back().out;
    block.layers.push_back(take_dense(product, vector, last));
  }
  const std::string& group = groups_[size_t(from.block)];
  close(std::move(block), last, {from}, group.empty() ? next_name(BlockKind::gate) : group + "_gate");
  return true;
}

// The means and the maxima of a tensor that these alone read, one behind the other in a vector: the operation
// that joins them; -1: they are not such. passed: with the reshapes before it.
int BlockTaker::join_of(const std::vector<int>& pools, std::vector<int>& passed, int* means) const {
  if (pools.size() != 2 || !pooling_of(pools[0]) || !pooling_of(pools[1]) ||
      pooling_of(pools[0]) == pooling_of(pools[1]))
    return -1;
  passed = pools;
  int ends[] = {graph_.output_of(pools[0]), graph_.output_of(pools[1])};
  const int join = graph_.sole_reader_behind_reshapes(ends[0], passed);
  if (join < 0 || graph_.sole_reader_behind_reshapes(ends[1], passed) != join ||
      graph_.kind(join) != Kind::concatenate)
    return -1;
  if (means) *means = ends[pooling_of(pools[0]) == LayerKind::pool ? 0 : 1];
  return join;
}

// Pools of what block `from` makes, or the hidden layer after it: of one kind, or of both side by side.
void BlockTaker::pool_block(std::vector<Layer> hidden, const std::vector<int>& pools, const Place& from) {
  if (pools.size() == 1 && head(hidden, pools[0], graph_.output_of(pools[0]), from)) return;
  const Shape in = hidden.empty() ? from.shape : hidden.back().out;
  int last = pools.front(), means = -1;
  LayerKind kind = *pooling_of(last);
  if (pools.size() == 2) {
    std::vector<int> passed;
    last = join_of(pools, passed, &means), kind = LayerKind::mean_max_pool;
    const file::Operation& op = graph_.operation(last);
    if (op.inputs.size() != 2 || graph_.shape(op.outputs[0]).back() != 2 * in.channels ||
        std::get<file::Axis>(op.attributes).fused != file::Clamp{})
      refuse(op, "expected the means and the maxima of all channels, one behind the other");
    take(passed);
  }
  take({last});
  const file::Operation& op = graph_.operation(last);
  hidden.push_back(pooling(kind, layers_.unique_name(op), in));
  close({BlockKind::pool, "", "", std::move(hidden)}, last, {from}, next_name(BlockKind::pool));
  places_[size_t(op.outputs[0])]->halves_swapped = pools.size() == 2 && op.inputs[0] != means;
}

// The end of a network that one kernel computes: [hidden layer,] average over all pixels, linear classifier,
// softmax, sigmoids or nothing. False: it is none such, and nothing was taken. tensor: what the classifier
// reads. pool: nothing of an image of one pixel.
bool BlockTaker::head(std::vector<Layer> hidden, std::optional<int> pool, int tensor, const Place& from) {
  if (pool && pooling_of(*pool) != LayerKind::pool) return false;
  int in = tensor;
  std::vector<int> passed;
  const int classifier = graph_.sole_reader_behind_reshapes(in, passed);
  if (classifier < 0) return false;
  const bool is_dense = graph_.kind(classifier) == Kind::fully_connected;
  if (!is_dense && !layers_.is_pointwise(classifier)) return false;
  const Shape image = hidden.empty() ? from.shape : hidden.back().out;
  // What follows: [reshapes, function, reshapes,] the model's output.
  std::vector<int> tail;
  int end = -1, made = graph_.output_of(classifier);
  while (!graph_.is_output(made)) {
    const int reader = graph_.sole_reader(made);
    if (reader < 0) return false;
    const bool function = graph_.kind(reader) == Kind::softmax || graph_.kind(reader) == Kind::sigmoid;
    if (graph_.kind(reader) != Kind::reshape && (!function || end >= 0)) return false;
    if (function) end = reader;
    tail.push_back(reader);
    made = graph_.output_of(reader);
  }
  if (!graph_.readers(made).empty()) return false;
  Block block{BlockKind::head, "", "", std::move(hidden)};
  block.layers.push_back(
      pooling(LayerKind::pool, pool ? layers_.unique_name(graph_.operation(*pool)) : "pool", image));
  const Shape vector = block.layers.back().out;
  block.layers.push_back(is_dense ? layers_.dense(classifier, vector, false)
                                  : layers_.dense_of_convolution(classifier, vector));
  if (end >= 0)
    require_axis(graph_.operation(end), graph_.shape(graph_.operation(end).inputs[0]),
                 block.layers.back().out.channels);
  if (end >= 0)
    block.layers.push_back(
        function(graph_.kind(end) == Kind::softmax ? LayerKind::softmax : LayerKind::sigmoid,
                 layers_.unique_name(graph_.operation(end)), block.layers.back().out));
  if (pool) take({*pool});
  take(passed), take({classifier}), take(tail);
  close(std::move(block), tail.empty() ? classifier : tail.back(), {from}, next_name(BlockKind::head));
  return true;
}

Layer BlockTaker::take_dense(int index, const Place& from, int& last) {
  const file::Operation& op = graph_.operation(index);
  const bool matrix = op.kind == Kind::fully_connected;
  Layer layer = matrix ? layers_.dense(index, from.shape, from.channels_first)
                       : layers_.dense_of_convolution(index, from.shape);
  taken_[size_t(index)] = true;
  last = index;
  layer.activation = take_activation(last);
  return layer;
}

// A dense layer, or a convolution over the one pixel of a vector.
void BlockTaker::dense(int index) {
  const file::Operation& op = graph_.operation(index);
  const Place from = read(index, 0, /*image=*/false);
  const file::Extents& in = graph_.shape(op.inputs[0]);
  const int64_t values = int64_t{1} * from.shape.height * from.shape.width * from.shape.channels;
  if (from.block < 0) refuse(op, "reads the image; expected a convolution");
  if (from.gate) refuse(op, "reads what a gate multiplies; expected a convolution over 1x1 pixel");
  if (in.back() != values || !std::all_of(in.begin(), in.end() - 1, [](int64_t n) { return n == 1; }))
    refuse(op, fmt::format("reads {}, expected all {} values of an image in its last axis", file::text_of(in),
                           values));
  const BlockKind before = blocks[size_t(from.block)].kind;
  if (!is_vector(from) && before != BlockKind::head && values == from.shape.channels &&
      head({}, {}, op.inputs[0], from))
    return;
  int last = index;
  Layer layer = take_dense(index, from, last);
  if (from.halves_swapped) layers_.swap_halves(layer.name);
  close({BlockKind::dense, "", "", {std::move(layer)}}, last, {from}, next_name(BlockKind::dense));
}

void BlockTaker::normalise(int index, LayerKind kind) {
  const file::Operation& op = graph_.operation(index);
  const Place from = read(index, 0, /*image=*/false);
  const file::Extents& in = graph_.shape(op.inputs[0]);
  if (!is_vector(from) || from.gate || from.shape.width != 1)
    refuse(op, "expected a vector that a dense layer or a pool has made");
  Layer layer = function(kind, layers_.unique_name(op), from.shape);
  require_axis(op, in, from.shape.channels);
  if (const auto* norm = std::get_if<file::Normalise>(&op.attributes)) layer.least_norm = norm->least;
  close({BlockKind::normalise, "", "", {std::move(layer)}}, index, {from}, next_name(BlockKind::normalise));
}

}  // namespace mobilith
