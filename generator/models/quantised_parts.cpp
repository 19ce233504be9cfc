#include "models/quantised_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "networks/output_blocks.h"

namespace mobilith {

int offset_of(const file::Tensor& tensor) { return tensor.type == file::ElementType::i8 ? signed_offset : 0; }

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

namespace quantised_parts {

Block block_of(const char* name, Layer layer, Quantised what) {
  Block block{BlockKind::quantised, name, "", {std::move(layer)}};
  block.quantised = std::make_shared<const Quantised>(std::move(what));
  return block;
}

Layer layer_of(LayerKind kind, const quantised::Step& step) {
  Layer layer{kind, step.operation.name, ""};
  layer.in = image_shape(step.operation, *step.tensors[0]);
  layer.out = image_shape(step.operation, step.result);
  return layer;
}

namespace {

Rescale rescale_of(quantised::Requantise mode) {
  if (mode == quantised::Requantise::onnx) return Rescale::onnx;
  return mode == quantised::Requantise::floating ? Rescale::floating : Rescale::integer;
}

}  // namespace

Quantised begin(const quantised::Step& step, QuantisedKind kind) {
  Quantised what{kind, rescale_of(step.mode)};
  what.is_signed = step.tensors[0]->type == file::ElementType::i8;
  return what;
}

double stored_zero(const file::Tensor& tensor) { return quantised::zero_of(tensor) + offset_of(tensor); }

Numbers limits_of(const quantised::Step& step, const quantised::Bounds& bounds) {
  const int offset = offset_of(step.result);
  return {stored_zero(step.result), double(bounds.least + offset), double(bounds.most + offset), 0};
}

void add(Numbers& numbers, const quantised::Multiplier& multiplier) {
  numbers.push_back(multiplier.mantissa), numbers.push_back(multiplier.shift);
}

ElementType type_of(file::ElementType type) {
  if (type == file::ElementType::u8) return ElementType::u8;
  return type == file::ElementType::i8 ? ElementType::i8 : ElementType::f32;
}

ByteScale scale_of(const file::Tensor& tensor) {
  if (!quantised::is_byte(tensor)) return {};
  return {quantised::scale_of(tensor), quantised::zero_of(tensor)};
}

int turned(const file::Graph& graph, int tensor) {
  int found = tensor;
  for (const file::Operation& operation : graph.operations) {
    if (std::find(operation.inputs.begin(), operation.inputs.end(), tensor) == operation.inputs.end())
      continue;
    const auto* order = std::get_if<file::Transpose>(&operation.attributes);
    if (!order || order->axes != std::vector<int64_t>{0, 2, 3, 1}) return tensor;
    found = operation.outputs[0];
  }
  return found;
}

Configuration configuration_of(const Network& network, quantised::Requantise mode) {
  Configuration c{custom_network, 0, 0, network.image().height, network.image().width};
  const Block* head = output_head(network);
  c.classes = (head ? *head : network.blocks.back()).out().channels;
  c.dtype = "int8";
  c.requantise = mode == quantised::Requantise::onnx       ? "onnx"
                 : mode == quantised::Requantise::floating ? "float"
                                                           : "integer";
  return c;
}

bool of_one(const file::Tensor& tensor) {
  const file::Extents& e = *tensor.shape;
  return std::all_of(e.begin(), e.end(), [](int64_t extent) { return extent == 1; });
}

Pads pads_of(const quantised::Step& step) {
  const auto& settings = step.settings<file::Pad>();
  std::vector<int64_t> pads = settings.pads.value_or(std::vector<int64_t>{});
  if (!settings.pads && step.has(1) && step.tensors[1]->constant) {
    const std::vector<double> numbers = file::value_of(*step.tensors[1]).numbers;
    const size_t half = numbers.size() / 2;
    for (size_t i = 0; i < numbers.size(); i++)
      pads.push_back(int64_t(settings.interleaved ? numbers[i % half * 2 + i / half] : numbers[i]));
  }
  const bool image = pads.size() == 8 && pads[0] == 0 && pads[4] == 0 && pads[3] == 0 && pads[7] == 0;
  if (!image || step.has(2))
    file::refuse(step.operation,
                 "a pad of other axes than rows and columns, or of a value of its own; no kernel of whole "
                 "numbers has such");
  for (const int64_t n : pads)
    if (n < 0 || n > 64) file::refuse(step.operation, fmt::format("a pad of {}; expected 0 to 64", n));
  return {int(pads[1]), int(pads[5]), int(pads[2]), int(pads[6])};
}

}  // namespace quantised_parts

}  // namespace mobilith
