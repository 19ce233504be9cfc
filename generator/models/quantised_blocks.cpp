// All other operations of bytes.
#include "models/quantised_blocks.h"

#include <fmt/format.h>

#include <cmath>

#include "graph/window.h"
#include "models/quantised_parts.h"
#include "quantised/factors.h"
#include "quantised/operations.h"

namespace mobilith {

using FileType = file::ElementType;
using quantised::Multiplier;
using quantised::Requantise;
using quantised::Step;
using namespace quantised_parts;

namespace {

bool is_float(const file::Tensor& tensor) { return tensor.type == FileType::f32; }

}  // namespace

Block quantised_pool_block(const Step& step, const QuantisedImage& image) {
  const auto& settings = step.settings<file::Pool>();
  const file::Window& w = settings.window;
  if (image.pads.top || image.pads.bottom || image.pads.left || image.pads.right)
    file::refuse(step.operation, "a pool behind a pad of its own; no kernel of whole numbers has such");
  const auto placed = file::place(
      step.operation, w, file::image_of(step.operation, *step.tensors[0]->shape, w.order), w.height, w.width);
  Layer layer = layer_of(settings.maximum ? LayerKind::window_max_pool : LayerKind::window_mean_pool, step);
  layer.window = {int(w.height), int(w.width), int(w.stride_height)};
  layer.window.pads = {int(placed.vertical.before), 0, int(placed.horizontal.before), 0};
  if (w.stride_width != w.stride_height) layer.window.other_stride_x = int(w.stride_width);
  Quantised what = begin(step, QuantisedKind::pool);
  what.maximum = settings.maximum;
  what.constants["limits"] = limits_of(step, quantised::pool_bounds(step));
  return block_of("pool", std::move(layer), std::move(what));
}

Block quantised_mean_block(const Step& step) {
  const auto& settings = step.settings<file::Reduce>();
  Layer layer = layer_of(LayerKind::pool, step);
  std::vector<int64_t> axes = settings.axes.value_or(std::vector<int64_t>{});
  if (!settings.axes && step.has(1) && step.tensors[1]->constant)
    for (const double axis : file::value_of(*step.tensors[1]).numbers) axes.push_back(int64_t(axis));
  axes = file::from_front(step.operation, axes, step.tensors[0]->shape->size());
  std::sort(axes.begin(), axes.end());
  if (axes != std::vector<int64_t>{1, 2} || layer.out.channels != layer.in.channels)
    file::refuse(
        step.operation,
        "a mean along other axes than an image's rows and columns; no kernel of whole numbers has such");
  Quantised what = begin(step, QuantisedKind::mean);
  const int64_t count = int64_t{layer.in.height} * layer.in.width;
  const auto [least, most] = quantised::range_of(step.result);
  Numbers& terms = what.constants["terms"];
  if (step.mode == Requantise::onnx) {
    terms = {quantised::onnx_mean(step, count)};
    what.constants["limits"] = {double(quantised::zero_of(step.result)), double(least), double(most),
                                double(quantised::zero_of(*step.tensors[0]) * count)};
    return block_of("mean", std::move(layer), std::move(what));
  }
  if (step.mode == Requantise::floating) {
    const quantised::FloatingMean f = quantised::floating_mean(step, count);
    terms = {f.factor, f.added};
  } else {
    terms = {double(quantised::zero_of(*step.tensors[0]) * count)};
    add(terms, quantised::integer_mean(step, count));
    terms.push_back(quantised::zero_of(step.result));
  }
  what.constants["limits"] = {0, double(least), double(most), 0};  // of the file's own bytes
  return block_of("mean", std::move(layer), std::move(what));
}

Block quantised_softmax_block(const Step& step) {
  Layer layer = layer_of(LayerKind::softmax, step);
  if (layer.in.height != 1 || layer.in.width != 1)
    file::refuse(step.operation, "a softmax of several pixels; no kernel of whole numbers has such");
  Quantised what = begin(step, QuantisedKind::softmax);
  if (is_float(step.result)) {
    what.rescale = Rescale::none, what.out = ElementType::f32;
    const auto powers = quantised::floating_powers(step);
    what.constants["table"].assign(powers.begin(), powers.end());
  } else if (step.mode == Requantise::onnx) {
    const auto powers = quantised::onnx_powers(step);
    what.constants["table"].assign(powers.begin(), powers.end());
    what.constants["terms"] = {std::floor(1.0f / quantised::scale_of(step.result))};
    what.constants["limits"] = limits_of(step, quantised::range_of(step.result));
  } else if (step.mode == Requantise::floating) {
    const auto powers = quantised::floating_powers(step);
    what.constants["table"].assign(powers.begin(), powers.end());
    what.constants["terms"] = {quantised::scale_of(step.result)};
  } else {
    const auto powers = quantised::integer_powers(step);
    what.constants["exponentials"].assign(powers.begin(), powers.end());
  }
  return block_of("softmax", std::move(layer), std::move(what));
}

namespace {

// What the operation makes of each byte of the library, of `count` bytes at once.
Numbers table_of(Step step, size_t varied, size_t count) {
  const int from = offset_of(*step.tensors[varied]), to = offset_of(step.result);
  Numbers table;
  for (int byte = 0; byte < 256; byte++) {
    const file::Value input{{int64_t(count)}, FileType::f32, true, std::vector<double>(count, byte - from)};
    file::Value output{{int64_t(count)}, FileType::f32, true, std::vector<double>(count)};
    // Of a constant the shape is one that all broadcast.
    std::vector<file::Value> constants(step.tensors.size());
    step.values.clear();
    for (size_t i = 0; i < step.tensors.size(); i++) {
      if (i != varied && step.tensors[i] && step.tensors[i]->constant)
        constants[i] = quantised::stored_value(*step.tensors[i]), constants[i].shape = {1};
      step.values.push_back(i == varied ? &input : &constants[i]);
    }
    quantised::find_row(step.operation.kind)->evaluate(step, output);
    table.push_back(output.numbers.front() + to);
  }
  return table;
}

Block quantise_block(const Step& step) {
  Quantised what = begin(step, QuantisedKind::quantise);
  const float scale = quantised::scale_of(step.result);
  what.constants["terms"] = {step.mode == Requantise::floating ? 1.0f / scale : scale};
  what.constants["limits"] = limits_of(step, quantised::range_of(step.result));
  return block_of("quantise", layer_of(LayerKind::add, step), std::move(what));
}

Block dequantise_block(const Step& step) {
  Quantised what = begin(step, QuantisedKind::dequantise);
  what.rescale = Rescale::none, what.out = ElementType::f32;
  what.constants["terms"] = {quantised::scale_of(*step.tensors[0])};
  what.constants["limits"] = {double(quantised::zero_of(*step.tensors[0]) + offset_of(*step.tensors[0]))};
  return block_of("dequantise", layer_of(LayerKind::add, step), std::move(what));
}

}  // namespace

Block function_block(const Step& step, size_t input) {
  if (is_float(*step.tensors[input])) return quantise_block(step);
  if (is_float(step.result)) return dequantise_block(step);
  const bool sigmoid = step.operation.kind == file::OperationKind::sigmoid;
  Layer layer{sigmoid ? LayerKind::sigmoid : LayerKind::add, step.operation.name, ""};
  layer.out = image_shape(step.operation, step.result);
  layer.in = image_shape(step.operation, *step.tensors[input]);
  if (layer.in != layer.out) file::refuse(step.operation, "a function that changes the shape");
  // LiteRT has a kernel that differs in the last places, fewer than 16 of them.
  constexpr size_t group = 16;
  const int64_t places = int64_t{layer.in.height} * layer.in.width * layer.in.channels;
  Quantised what = begin(step, QuantisedKind::lookup);
  what.rescale = Rescale::none;
  Numbers& table = what.constants["table"] = table_of(step, input, group);
  const Numbers rest = table_of(step, input, 1);
  if (rest != table) {
    table.insert(table.end(), rest.begin(), rest.end());
    what.constants["limits"] = {double(places / group * group)};
  }
  return block_of("function", std::move(layer), std::move(what));
}

namespace {

Block copy_block(const char* name, const Shape& shape, int flipped, ElementType out) {
  Layer layer{LayerKind::add, "", ""};
  layer.in = layer.out = shape;
  Quantised what{QuantisedKind::lookup};
  what.out = out;
  Numbers& table = what.constants["table"];
  for (int i = 0; i < 256; i++) table.push_back(i ^ flipped);
  return block_of(name, std::move(layer), std::move(what));
}

}  // namespace

Block input_block(const Shape& shape, bool is_signed) {
  return copy_block("image", shape, is_signed ? signed_offset : 0, ElementType::u8);
}

Block output_block(const Shape& shape, bool is_signed) {
  Block block = copy_block(is_signed ? "signed" : "pixels", shape, is_signed ? signed_offset : 0,
                           is_signed ? ElementType::i8 : ElementType::u8);
  auto what = std::make_shared<Quantised>(*block.quantised);
  what->by_pixel = shape.height * shape.width > 1;
  block.quantised = std::move(what);
  return block;
}

std::optional<Block> composed(const Block& first, const Block& second) {
  const Quantised &a = *first.quantised, &b = *second.quantised;
  const auto plain = [](const Quantised& what) {
    return what.kind == QuantisedKind::lookup && !what.by_pixel;
  };
  if (!plain(a) || !plain(b) || first.out() != second.in()) return std::nullopt;
  Quantised what = b;
  const Numbers &inner = a.constants.at("table"), &outer = b.constants.at("table");
  // One that has another table for its last places stays alone.
  if (a.constants.contains("limits") || b.constants.contains("limits")) return std::nullopt;
  for (size_t i = 0; i < 256; i++) what.constants["table"][i] = outer[size_t(inner[i])];
  Block block = second;
  block.inputs = first.inputs;
  block.quantised = std::make_shared<const Quantised>(std::move(what));
  return block;
}

bool is_identity(const Block& block) {
  const auto found = block.quantised->constants.find("table");
  if (block.quantised->kind != QuantisedKind::lookup || block.quantised->by_pixel ||
      found == block.quantised->constants.end())
    return false;
  for (size_t i = 0; i < found->second.size(); i++)
    if (found->second[i] != double(i % 256)) return false;
  return true;
}

}  // namespace mobilith
