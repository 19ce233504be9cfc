#include "models/quantised_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "graph/operations.h"
#include "models/quantised_parts.h"

namespace mobilith {

using FileType = file::ElementType;
using file::OperationKind;
using quantised::Requantise;
using quantised::Step;

namespace {

// Where a tensor's bytes are when kernels run.
struct Source {
  int block = -1;  // -1: the image
  QuantisedImage image;
  bool padded() const { return image.pads.top || image.pads.bottom || image.pads.left || image.pads.right; }
};

class Taker {
 public:
  Taker(const file::Graph& graph, Requantise mode) : graph_(graph), mode_(mode) {}

  QuantisedModel run() {
    quantised::check(graph_, mode_);
    input();
    for (const file::Operation& operation : graph_.operations) take(operation);
    outputs();
    return std::move(model_);
  }

 private:
  void input() {
    if (graph_.inputs.size() != 1)
      throw file::Error(fmt::format("{} inputs; expected one image", graph_.inputs.size()));
    const int tensor = quantised_parts::turned(graph_, graph_.inputs[0]);
    model_.channels_first = tensor != graph_.inputs[0];
    const file::Tensor& image = graph_.tensors[size_t(tensor)];
    const file::Operation asked{OperationKind::identity, "input", image.name, {}, {}};
    const Shape shape = image_shape(asked, image);
    Network& network = model_.network;
    network.image_type = quantised_parts::type_of(image.type);
    network.image_scale = quantised_parts::scale_of(image);
    sources_[tensor] = {-1, {shape}};
    if (image.type != FileType::f32 && !as_image(shape, tensor))
      sources_[tensor].block = add(input_block(shape, image.type == FileType::i8), tensor, {-1});
  }

  // Convolutions read the caller's image as it is. Of more channels the library's order is better.
  bool as_image(const Shape& shape, int t) const { return shape.channels <= 4 && only_convolved(t); }
  bool only_convolved(int tensor) const {
    for (const file::Operation& operation : graph_.operations) {
      if (!std::count(operation.inputs.begin(), operation.inputs.end(), tensor)) continue;
      const bool passed_on = operation.kind == OperationKind::pad || is_nothing(operation);
      if (operation.kind != OperationKind::convolution &&
          !(passed_on && only_convolved(operation.outputs[0])))
        return false;
    }
    return !std::count(graph_.outputs.begin(), graph_.outputs.end(), tensor);
  }

  // The same bytes in the library, as u8 and i8 of one scale are.
  bool is_nothing(const file::Operation& operation) const {
    return operation.kind == OperationKind::requantise &&
           is_identity(function_block(quantised::step_of(graph_, operation, mode_)));
  }

  int add(Block block, int tensor, std::vector<int> inputs) {
    std::vector<Block>& blocks = model_.network.blocks;
    block.name += fmt::format("_{}", ++counts_[block.name]);
    block.output = graph_.tensors[size_t(tensor)].name;
    block.inputs = std::move(inputs);
    auto what = std::make_shared<Quantised>(*block.quantised);
    what->scale = quantised_parts::scale_of(graph_.tensors[size_t(tensor)]);
    what->dense = what->kind == QuantisedKind::quantise && as_image(block.out(), tensor);
    what->reads_dense = block.inputs[0] >= 0 && blocks[size_t(block.inputs[0])].quantised->dense;
    // The image's own type says so: a tensor of i8 may be the caller's u8.
    if (block.inputs.front() < 0) what->is_signed = model_.network.image_type == ElementType::i8;
    block.quantised = std::move(what);
    blocks.push_back(std::move(block));
    model_.tensors.push_back(tensor);
    return int(blocks.size()) - 1;
  }

  const Source& source(const file::Operation& operation, int tensor) const {
    const auto found = sources_.find(tensor);
    if (found == sources_.end())
      file::refuse(operation,
                   fmt::format("tensor {} is a constant or no image; expected one that is computed",
                               tensor < 0 ? "none" : file::quoted(graph_.tensors[size_t(tensor)].name)));
    return found->second;
  }

  // Of what it reads first, and only reads where no pads are before.
  const Source& plain_source(const file::Operation& operation, int tensor) const {
    const Source& from = source(operation, tensor);
    if (from.padded())
      file::refuse(operation, "it reads an image behind a pad; only convolutions of whole numbers do");
    return unflat(operation, from);
  }

  static const Source& unflat(const file::Operation& operation, const Source& from) {
    if (from.image.flat)
      file::refuse(
          operation,
          "it reads an image's pixels as one vector; only fully connected layers of whole numbers do");
    return from;
  }

  void take(const file::Operation& operation) {
    const Step step = quantised::step_of(graph_, operation, mode_);
    const int to = operation.outputs[0];
    if (sources_.count(to)) return;  // the image, turned
    if (step.result.quantisation.scales.empty() && step.result.type != FileType::f32)
      return;  // shapes and axes alone; who uses them looks at them
    const int first = operation.inputs[0];
    switch (operation.kind) {
      case OperationKind::convolution:
      case OperationKind::fully_connected: {
        const bool dense = operation.kind == OperationKind::fully_connected;
        const Source& from = dense ? source(operation, first) : unflat(operation, source(operation, first));
        return computed(quantised_products_block(step, from.image), to, {from.block});
      }
      case OperationKind::add:
      case OperationKind::subtract:
      case OperationKind::multiply:
        return elementwise(step, to);
      case OperationKind::concatenate:
        return concatenation(step, to);
      case OperationKind::pool: {
        const Source& from = unflat(operation, source(operation, first));
        return computed(quantised_pool_block(step, from.image), to, {from.block});
      }
      case OperationKind::reduce:
        return computed(quantised_mean_block(step), to, {plain_source(operation, first).block});
      case OperationKind::softmax:
        return computed(quantised_softmax_block(step), to, {plain_source(operation, first).block});
      case OperationKind::sigmoid:
      case OperationKind::hard_swish:
      case OperationKind::hard_sigmoid:
      case OperationKind::clamp:
      case OperationKind::requantise:
        return function(function_block(step), step, to, plain_source(operation, first));
      case OperationKind::reshape:
      case OperationKind::squeeze:
      case OperationKind::unsqueeze:
        return alias(step, to, plain_source(operation, first));
      case OperationKind::pad:
        return pad(step, to, unflat(operation, source(operation, first)));
      default:
        file::refuse(operation, "no kernel of whole numbers computes it");
    }
  }

  void computed(Block block, int tensor, std::vector<int> inputs) {
    const Shape shape = block.out();
    const int index = add(std::move(block), tensor, std::move(inputs));
    sources_[tensor] = {index, {shape}};
  }

  void elementwise(const Step& step, int tensor) {
    for (const size_t i : {0, 1})
      if (const file::Tensor& number = *step.tensors[1 - i];
          number.constant && quantised_parts::of_one(number))
        return function(function_block(step, i), step, tensor,
                        plain_source(step.operation, step.operation.inputs[i]));
    TwoOperands of = quantised_elementwise_block(step);
    std::vector<int> inputs;
    for (const size_t i : of.inputs)
      inputs.push_back(plain_source(step.operation, step.operation.inputs[i]).block);
    computed(std::move(of.block), tensor, std::move(inputs));
  }

  void concatenation(const Step& step, int tensor) {
    std::vector<int> inputs;
    for (const int input : step.operation.inputs) inputs.push_back(plain_source(step.operation, input).block);
    computed(concatenation_block(step), tensor, std::move(inputs));
  }

  void function(Block block, const Step& step, int tensor, const Source& from) {
    if (block.quantised->kind == QuantisedKind::quantise && from.block >= 0)
      file::refuse(step.operation,
                   "floats become bytes behind the input; no kernel of whole numbers has such");
    if (is_identity(block)) {
      sources_[tensor] = from;
      return;
    }
    if (block.quantised->kind == QuantisedKind::dequantise && from.block >= 0) {
      const Block& before = model_.network.blocks[size_t(from.block)];
      auto what = std::make_shared<Quantised>(*block.quantised);
      what->of_products = before.quantised->kind == QuantisedKind::convolution && before.out().height == 1 &&
                          before.out().width == 1;
      block.quantised = std::move(what);
    }
    if (from.block >= 0 && read_once(step.operation, from.block))
      if (std::optional<Block> both = composed(model_.network.blocks[size_t(from.block)], block))
        return replaced(std::move(*both), tensor, from.block);
    computed(std::move(block), tensor, {from.block});
  }

  // Whether this operation alone reads what the block gives.
  bool read_once(const file::Operation& reader, int block) const {
    const auto read = [&](int tensor) {
      const auto found = sources_.find(tensor);
      return found != sources_.end() && found->second.block == block;
    };
    for (const file::Operation& operation : graph_.operations)
      if (&operation != &reader && std::any_of(operation.inputs.begin(), operation.inputs.end(), read))
        return false;
    return std::none_of(graph_.outputs.begin(), graph_.outputs.end(), read);
  }

  // Another block in place of one that nothing else reads.
  void replaced(Block block, int tensor, int index) {
    Block& old = model_.network.blocks[size_t(index)];
    auto what = std::make_shared<Quantised>(*block.quantised);
    what->scale = quantised_parts::scale_of(graph_.tensors[size_t(tensor)]);
    what->is_signed = old.quantised->is_signed;
    block.quantised = std::move(what);
    block.name = old.name, block.output = graph_.tensors[size_t(tensor)].name;
    const Shape shape = block.out();
    old = std::move(block);
    model_.tensors[size_t(index)] = tensor;
    std::erase_if(sources_, [&](const auto& entry) { return entry.second.block == index; });
    sources_[tensor] = {index, {shape}};
  }

  void alias(const Step& step, int tensor, const Source& from) {
    const Shape& own = from.image.shape;
    // One pixel's numbers stay one vector, whatever their axes are called.
    const Shape shape = own.height == 1 && own.width == 1 ? own : image_shape(step.operation, step.result);
    if (const Shape flat{1, 1, own.height * own.width * own.channels}; shape == flat && shape != own) {
      sources_[tensor] = from;
      sources_[tensor].image.flat = true;
      return;
    }
    if (shape != own)
      file::refuse(
          step.operation,
          fmt::format("it makes {} of {}; kernels of whole numbers keep an image's pixels and channels",
                      file::text_of(*step.result.shape), file::text_of(*step.tensors[0]->shape)));
    sources_[tensor] = from;
  }

  void pad(const Step& step, int tensor, const Source& from) {
    const Pads more = quantised_parts::pads_of(step);
    Source padded = from;
    Pads& to = padded.image.pads;
    to.top += more.top, to.left += more.left, to.bottom += more.bottom, to.right += more.right;
    sources_[tensor] = padded;
  }

  void outputs() {
    Network& network = model_.network;
    const file::Operation asked{OperationKind::identity, "output", "", {}, {}};
    for (const int tensor : graph_.outputs) {
      const file::Tensor& of = graph_.tensors[size_t(tensor)];
      Source from = plain_source(asked, tensor);
      const Shape shape = from.image.shape;
      const auto refuse_output = [&](const std::string& why) {
        throw file::Error(fmt::format("output {}: {}", file::quoted(of.name), why));
      };
      if (from.block < 0) refuse_output("it is the input");
      if (of.type != FileType::f32 && (of.type == FileType::i8 || shape.height * shape.width > 1)) {
        Block block = output_block(shape, of.type == FileType::i8);
        block.layers[0].kind = network.blocks[size_t(from.block)].layers.back().kind == LayerKind::softmax
                                   ? LayerKind::softmax
                                   : LayerKind::add;
        from.block = add(std::move(block), tensor, {from.block});
      }
      const std::string& name = network.blocks[size_t(from.block)].name;
      if (std::find(network.outputs.begin(), network.outputs.end(), name) != network.outputs.end())
        refuse_output("the same numbers as another output; expected each once");
      network.outputs.push_back(name);
    }
    network.configuration = quantised_parts::configuration_of(network, mode_);
  }

  const file::Graph& graph_;
  Requantise mode_;
  QuantisedModel model_;
  std::map<int, Source> sources_;
  std::map<std::string, int> counts_;
};

}  // namespace

QuantisedModel quantised_network(const file::Graph& graph, Requantise mode) {
  return Taker(graph, mode).run();
}

}  // namespace mobilith
