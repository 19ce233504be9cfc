#include "models/recognise.h"

#include <fmt/format.h>

#include <cmath>

#include "models/known_networks.h"
#include "models/layer_chain.h"
#include "models/model_error.h"

namespace mobilith {

namespace {

constexpr const char* no_layer = "the model's end";

std::string name_of(const Operation* operation) { return operation ? operation->what : no_layer; }

bool is(const Operation* operation, OperationKind kind) { return operation && operation->kind == kind; }

bool is_sigmoid(const Operation* operation) {
  return is(operation, OperationKind::activation) && operation->function == ActivationFunction::sigmoid;
}

bool ends_bounded(const Block& block) {
  return !block.residual && row_of(block.layers.back().activation).bounded;
}

// Takes blocks off the chain, one after the other.
class Blocks {
 public:
  Blocks(const Graph& graph, int height, int width) : chain_(graph, height, width) {}

  // Errors say which layers they are behind: the fault may be one of those.
  std::vector<Block> take() {
    try {
      return take_blocks();
    } catch (const WeightsError& error) {
      const std::string behind = chain_.taken_since(block_start_);
      if (behind.empty()) throw;
      FieldMessage message = error.message;
      message.rest += fmt::format(" (behind {})", behind);
      throw WeightsError(message);
    }
  }

 private:
  std::vector<Block> take_blocks() {
    stem();
    while (true) {
      const int input = block_start_ = chain_.at();
      if (is(chain_.next(), OperationKind::pool) || pools_nothing()) return head({});
      const Operation* next = chain_.next_behind_padding();
      if (is(next, OperationKind::depthwise)) {
        depthwise_block(input, {});
        continue;
      }
      if (!is(next, OperationKind::convolution))
        throw WeightsError(fmt::format(
            "{}: follows {}; expected a convolution, a depthwise convolution or a global average pool",
            name_of(next), blocks_.back().name));
      const Layer first = chain_.take_layer();
      if (is(chain_.next(), OperationKind::pool) || pools_nothing()) return head({first});
      depthwise_block(input, {first});
    }
  }

  // The average of one pixel is that pixel: a file whose operations that do nothing were left out has no
  // pool.
  bool pools_nothing() const {
    return chain_.shape().height == 1 && chain_.shape().width == 1 &&
           (is(chain_.next(), OperationKind::reshape) || is(chain_.next(), OperationKind::dense));
  }

  void stem() {
    const Operation* first = chain_.next_behind_padding();
    if (!is(first, OperationKind::convolution))
      throw WeightsError(fmt::format("{}: reads the image; expected a convolution", name_of(first)));
    Block block{BlockKind::stem, "stem", "", {chain_.take_layer()}};
    close(std::move(block));
  }

  // [convolution 1x1,] depthwise, convolution 1x1[, addition]
  void depthwise_block(int input, std::vector<Layer> layers) {
    const Operation* next = chain_.next_behind_padding();
    if (!is(next, OperationKind::depthwise))
      throw WeightsError(
          fmt::format("{}: follows the convolution '{}'; expected a depthwise convolution, or a global "
                      "average pool",
                      name_of(chain_.next()), layers.back().name));
    for (const Layer& expand : layers) require_pointwise(expand);
    layers.push_back(chain_.take_layer());
    const Layer depthwise = layers.back();
    next = chain_.next();
    if (!is(next, OperationKind::convolution))
      throw WeightsError(
          fmt::format("{}: follows the depthwise convolution '{}'; expected a convolution over 1x1 pixel",
                      name_of(next), depthwise.name));
    layers.push_back(chain_.take_layer());
    const Layer& last = layers.back();
    require_pointwise(last);
    const bool expands = layers.size() == 3;
    if (!expands && (last.activation != ActivationFunction::none || depthwise.depth_multiplier > 1)) {
      close({BlockKind::separable, fmt::format("separable_{}", ++separables_), "", std::move(layers)});
      return;
    }
    if (last.activation != ActivationFunction::none)
      throw WeightsError(fmt::format("layer '{}': the third convolution of a block ends in {}, expected none",
                                     last.name, to_string(last.activation)));
    if (depthwise.depth_multiplier > 1)
      throw WeightsError(fmt::format("layer '{}': the depth multiplier is {}, expected 1 behind an expansion",
                                     depthwise.name, depthwise.depth_multiplier));
    Block block{BlockKind::inverted_residual, fmt::format("inverted_residual_{}", residuals_++), "",
                std::move(layers)};
    block.output = chain_.last_layer();
    if (const Operation* add = chain_.take_add(input)) {
      if (block.layers.front().in != chain_.shape())
        throw WeightsError(fmt::format("{}: adds an image of another shape", add->what));
      Layer sum{LayerKind::add, add->layer, ""};
      sum.in = sum.out = chain_.shape();
      block.residual = true;
      block.layers.push_back(sum);
    }
    close(std::move(block));
  }

  // [convolution 1x1,] pool, dense or convolution 1x1 on one pixel[, softmax or sigmoid]
  std::vector<Block> head(std::vector<Layer> layers) {
    for (const Layer& hidden : layers) require_pointwise(hidden);
    Block block{BlockKind::head, "head", "", std::move(layers)};
    const Shape before = chain_.shape();
    Layer pool{LayerKind::pool, "pool", ""};
    if (is(chain_.next(), OperationKind::pool)) {
      require_whole_image(*chain_.next(), before);
      pool.name = chain_.take({1, 1, before.channels}).layer;
    }
    pool.in = before, pool.out = chain_.shape();
    block.layers.push_back(pool);
    chain_.take_reshapes();
    block.layers.push_back(classifier());
    chain_.take_reshapes();
    if (const Operation* end = chain_.next(); is(end, OperationKind::softmax) || is_sigmoid(end)) {
      Layer last{is_sigmoid(end) ? LayerKind::sigmoid : LayerKind::softmax, end->layer, ""};
      last.in = last.out = chain_.shape();
      chain_.take(chain_.shape());
      block.layers.push_back(last);
      chain_.take_reshapes();
    }
    chain_.finish();
    blocks_.push_back(std::move(block));
    return std::move(blocks_);
  }

  Layer classifier() {
    const Operation* next = chain_.next();
    if (!next)
      throw WeightsError(
          "no classifier: the model ends behind the pool (saved without its top?); expected one dense layer");
    Layer layer;
    if (next->kind == OperationKind::dense) {
      layer = {LayerKind::dense, next->layer, ""};
      layer.bias = next->bias;
      layer.in = chain_.shape(), layer.out = {1, 1, next->channels};
      chain_.take(layer.out);
      return layer;
    }
    if (next->kind != OperationKind::convolution)
      throw WeightsError(fmt::format(
          "{}: follows the pool; expected a dense layer, or a convolution over 1x1 pixel", next->what));
    layer = chain_.take_layer(/*classifier=*/true);
    require_pointwise(layer);
    if (!layer.batch_norm.empty())
      throw WeightsError(
          fmt::format("layer '{}': follows the classifier '{}', expected softmax, sigmoid or nothing",
                      layer.batch_norm, layer.name));
    if (is(chain_.next(), OperationKind::activation) && !is_sigmoid(chain_.next()))
      throw WeightsError(
          fmt::format("{}: the classifier '{}' ends in {}, expected softmax, sigmoid or nothing",
                      name_of(chain_.next()), layer.name, to_string(chain_.next()->function)));
    layer.dense_is_convolution = true;
    layer.kind = LayerKind::dense;
    return layer;
  }

  // A pool over a window is the global one where there is one window, which has all pixels.
  static void require_whole_image(const Operation& pool, const Shape& image) {
    if (pool.kernel_height == 0 && pool.kernel_width == 0) return;
    const bool one =
        pool.same ? pool.stride_height >= image.height && pool.stride_width >= image.width : true;
    if (pool.kernel_height != image.height || pool.kernel_width != image.width || !one)
      throw WeightsError(
          fmt::format("{}: averages windows of {}x{} of an image of {}x{}, expected all pixels at once",
                      pool.what, pool.kernel_height, pool.kernel_width, image.height, image.width));
  }

  static void require_pointwise(const Layer& layer) {
    const LayerWindow& w = layer.window;
    if (layer.kind != LayerKind::convolution || !w.of_one_pixel() || layer.out.height != layer.in.height ||
        layer.out.width != layer.in.width)
      throw WeightsError(fmt::format(
          "layer '{}': a convolution over {}x{} pixels with stride {}, expected 1x1 at this place, with "
          "stride 1 and no padding",
          layer.name, w.height, w.width, w.stride));
  }

  void close(Block block) {
    if (block.output.empty()) block.output = chain_.last_layer();
    block.infinite_input = !blocks_.empty() && !ends_bounded(blocks_.back());
    blocks_.push_back(std::move(block));
  }

  LayerChain chain_;
  std::vector<Block> blocks_;
  int block_start_ = 0;  // the operation that the present block reads
  int separables_ = 0, residuals_ = 0;
};

}  // namespace

Network recognise(const Graph& graph, int height, int width) {
  Network network{{}, Blocks(graph, height, width).take()};
  network.configuration = configuration_of(network, height, width);
  return network;
}

}  // namespace mobilith
