// All other operations of bytes.
#include "models/quantised_blocks.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "graph/window.h"
#include "quantised/factors.h"
#include "quantised/operations.h"

namespace mobilith {

using FileType = file::ElementType;
using quantised::Multiplier;
using quantised::Requantise;
using quantised::Step;

namespace {

bool is_float(const file::Tensor& tensor) { return tensor.type == FileType::f32; }

Block block_of(const char* name, Layer layer, Quantised what) {
  Block block{BlockKind::quantised, name, "", {std::move(layer)}};
  block.quantised = std::make_shared<const Quantised>(std::move(what));
  return block;
}

Layer layer_of(LayerKind kind, const Step& step) {
  Layer layer{kind, step.operation.name, ""};
  layer.in = image_shape(step.operation, *step.tensors[0]);
  layer.out = image_shape(step.operation, step.result);
  return layer;
}

Rescale rescale_of(Requantise mode) {
  if (mode == Requantise::onnx) return Rescale::onnx;
  return mode == Requantise::floating ? Rescale::floating : Rescale::integer;
}

Quantised begin(const Step& step, QuantisedKind kind) {
  Quantised what{kind, rescale_of(step.mode)};
  what.is_signed = step.tensors[0]->type == FileType::i8;
  return what;
}

// Zero point, least and most of the library's bytes.
Numbers limits_of(const Step& step, const quantised::Bounds& bounds) {
  const int offset = offset_of(step.result);
  return {double(quantised::zero_of(step.result) + offset), double(bounds.least + offset),
          double(bounds.most + offset), 0};
}

void add(Numbers& numbers, const Multiplier& multiplier) {
  numbers.push_back(multiplier.mantissa), numbers.push_back(multiplier.shift);
}

}  // namespace

int offset_of(const file::Tensor& tensor) { return tensor.type == FileType::i8 ? signed_offset : 0; }

Shape image_shape(const file::Operation& operation, const file::Tensor& tensor) {
  const file::Extents& e = *tensor.shape;
  constexpr int64_t most = 1 << 24;
  const bool known = (e.size() == 4 || e.size() == 2) && e[0] == 1;
  if (!known ||
      std::accumulate(e.begin(), e.end(), int64_t{1},
                      [](int64_t a, int64_t b) { return a > most ? a : a * b; }) > most ||
      std::find(e.begin(), e.end(), 0) != e.end())
    file::refuse(operation,
                 fmt::format("tensor {} of {}; kernels of whole numbers take one image, (1, y, x, c), or one "
                             "vector, (1, c)",
                             file::quoted(tensor.name), file::text_of(e)));
  if (e.size() == 2) return {1, 1, int(e[1])};
  return {int(e[1]), int(e[2]), int(e[3])};
}

Block quantised_sum_block(const Step& step) {
  Layer layer = layer_of(LayerKind::add, step);
  if (image_shape(step.operation, *step.tensors[1]) != layer.in || layer.in != layer.out ||
      step.tensors[1]->constant || step.tensors[0]->constant)
    file::refuse(step.operation,
                 "a sum of unlike shapes or with constants; no kernel of whole numbers has such");
  Quantised what = begin(step, QuantisedKind::sum);
  const double zeros[] = {double(quantised::zero_of(*step.tensors[0]) + offset_of(*step.tensors[0])),
                          double(quantised::zero_of(*step.tensors[1]) + offset_of(*step.tensors[1]))};
  if (step.mode == Requantise::onnx) {
    const quantised::OnnxSum f = quantised::onnx_sum(step);
    const quantised::Bounds bounds = quantised::sum_bounds(step);
    what.constants["factors"] = {f.factors[0], f.factors[1], f.added};
    what.constants["limits"] = {double(offset_of(step.result)), double(bounds.least), double(bounds.most), 0};
    return block_of("sum", std::move(layer), std::move(what));
  }
  Numbers& terms = what.constants["terms"];
  if (step.mode == Requantise::floating) {
    const quantised::FloatingSum f = quantised::floating_sum(step);
    const double half = double(int64_t{1} << (f.bits - 1));
    terms = {double(f.factors[0]), double(f.factors[1]),
             half - zeros[0] * f.factors[0] - zeros[1] * f.factors[1], double(f.bits)};
  } else {
    const quantised::IntegerSum f = quantised::integer_sum(step);
    for (int i = 0; i < 2; i++) terms.push_back(zeros[i]), add(terms, f.inputs[size_t(i)]);
    add(terms, f.output);
    terms.push_back(step.operation.kind == file::OperationKind::subtract ? -1 : 1);
  }
  what.constants["limits"] = limits_of(step, quantised::sum_bounds(step));
  return block_of("sum", std::move(layer), std::move(what));
}

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
  if (step.mode == Requantise::onnx) {
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
Numbers table_of(Step step, size_t count) {
  const int from = offset_of(*step.tensors[0]), to = offset_of(step.result);
  Numbers table;
  for (int byte = 0; byte < 256; byte++) {
    const file::Value input{{int64_t(count)}, FileType::f32, true, std::vector<double>(count, byte - from)};
    file::Value output{{int64_t(count)}, FileType::f32, true, std::vector<double>(count)};
    step.values = {&input};
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

Block function_block(const Step& step) {
  if (is_float(*step.tensors[0])) return quantise_block(step);
  if (is_float(step.result)) return dequantise_block(step);
  Layer layer = layer_of(
      step.operation.kind == file::OperationKind::sigmoid ? LayerKind::sigmoid : LayerKind::add, step);
  if (layer.in != layer.out) file::refuse(step.operation, "a function that changes the shape");
  // LiteRT has a kernel that differs in the last places, fewer than 16 of them.
  constexpr size_t group = 16;
  const int64_t places = int64_t{layer.in.height} * layer.in.width * layer.in.channels;
  Quantised what = begin(step, QuantisedKind::lookup);
  what.rescale = Rescale::none;
  Numbers& table = what.constants["table"] = table_of(step, group);
  const Numbers rest = table_of(step, 1);
  table.insert(table.end(), rest.begin(), rest.end());
  what.constants["limits"] = {double(places / group * group)};
  return block_of("function", std::move(layer), std::move(what));
}

namespace {

Block copy_block(const char* name, const Shape& shape, int flipped, ElementType out) {
  Layer layer{LayerKind::add, "", ""};
  layer.in = layer.out = shape;
  Quantised what{QuantisedKind::lookup};
  what.out = out;
  Numbers& table = what.constants["table"];
  for (int i = 0; i < 512; i++) table.push_back((i % 256) ^ flipped);
  what.constants["limits"] = {0};
  return block_of(name, std::move(layer), std::move(what));
}

}  // namespace

Block input_block(const Shape& shape, bool is_signed) {
  return copy_block("image", shape, is_signed ? signed_offset : 0, ElementType::u8);
}

Block output_block(const Shape& shape) { return copy_block("signed", shape, signed_offset, ElementType::i8); }

bool is_identity(const Block& block) {
  const auto found = block.quantised->constants.find("table");
  if (block.quantised->kind != QuantisedKind::lookup || found == block.quantised->constants.end())
    return false;
  for (size_t i = 0; i < found->second.size(); i++)
    if (found->second[i] != double(i % 256)) return false;
  return true;
}

}  // namespace mobilith
