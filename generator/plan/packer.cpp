#include "plan/packer.h"

#include <fmt/format.h>

#include <limits>

#include "layout/layout.h"
#include "networks/sixteen_bits.h"
#include "schedules/kernel_types.h"

namespace mobilith {

Window window_of(const Layer& layer) {
  const LayerWindow& w = layer.window;
  return {layer.in.height, layer.in.width, layer.out.height, layer.out.width, w.stride,        w.pads.top,
          w.pads.left,     w.height,       w.width,          w.dilation,      w.other_stride_x};
}

namespace {

template <typename T>
std::string bytes_of_all(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

// Weights were rounded before (weights/rounded_weights.h): nothing is lost here.
std::string as_type(const Packed& floats, const Halide::ImageParam& operand) {
  if (operand.type() == Halide::Float(32)) return bytes_of_all(floats);
  const ElementType type = operand.type() == Halide::Float(16) ? ElementType::f16 : ElementType::bf16;
  std::vector<uint16_t> halves;
  halves.reserve(floats.size());
  for (const float value : floats) {
    halves.push_back(narrowed(value, type));
    if (widened(halves.back(), type) != value)
      throw std::logic_error(
          fmt::format("{}: {} is no number of type {}", operand.name(), value, name_of(type)));
  }
  return bytes_of_all(halves);
}

}  // namespace

Packer::Packer(const Weights& weights, const Machine& machine, const ChannelSizes& input, Opinion opinion)
    : weights_(weights), machine_(machine), opinion_(opinion), packed_{{}, {}, input, {}} {}

void Packer::pass(const Layer& layer, const FoldedLayer& folded, bool stem) {
  if (machine_.pair_vectors == 0) return;
  if (!folded.mean.empty() && !stem) packed_.agreements.push_back(agreement(layer, folded, packed_.output));
  packed_.output = output_sizes(layer, folded, packed_.output, stem);
}

void Packer::depthwise(const Layer& layer, bool keras_order) {
  const FoldedLayer f = folded(layer);
  const int in = keras_order ? layer.out.channels : layer.in.channels;
  const int multiplier = keras_order ? 1 : layer.depth_multiplier;
  const Channels channels = channels_of(in, machine_);
  add("depthwise_weights", pack_depthwise(f.kernel, channels, multiplier));
  add("depthwise_bias", pack_depthwise_bias(f.bias, channels, multiplier));
  pass(layer, f);
}

void Packer::pointwise(const std::string& prefix, const Layer& layer, const char* direct_field,
                       int multiplier) {
  const FoldedLayer f = folded(layer);
  const int in = layer.in.channels / multiplier, out = layer.out.channels;
  Matrix matrix = matrix_of(in, multiplier, out, /*direct=*/false, machine_);
  Pairing pairs;
  if (matrix.multiplication == Multiplication::winograd) {
    pairs = pairing(f.kernel, f.bias, packed_.output, matrix.pair_group);
    if (!(pairs.bound <= most_pairing_bound) && opinion_ != Opinion::both) {
      const Pairing alone = pairing(f.kernel, f.bias, by(opinion_, packed_.output), matrix.pair_group);
      if (alone.bound <= most_bound_alone) pairs = alone;
    }
    if (layer.direct) pairs.bound = std::numeric_limits<double>::infinity();
    packed_.paired.push_back({layer.name, direct_field, pairs.bound});
    matrix = matrix_of(in, multiplier, out, /*direct=*/!packed_.paired.back().paired(), machine_);
  }
  const std::vector<float> rows =
      multiplier > 1 ? permute_depthwise_rows(f.kernel, in, multiplier, out) : f.kernel;
  std::vector<Packed> constants = scheme_of(matrix).pack(rows, f.bias, matrix, pairs);
  constexpr const char* names[] = {"weights", "bias", "centre"};  // Pointwise::constants()
  for (size_t i = 0; i < constants.size(); i++) add(prefix + names[i], std::move(constants[i]));
  pass(layer, f);
}

void Packer::residual(const ChannelSizes& addend) {
  if (machine_.pair_vectors > 0) packed_.output = added(packed_.output, addend);
}

void Packer::gated(const ChannelSizes& factors) {
  if (machine_.pair_vectors > 0) packed_.output = multiplied(packed_.output, factors);
}

void Packer::assume(int channels, Spread spread) {
  const std::vector<Spread> all(static_cast<size_t>(channels), spread);
  packed_.output = {all, all};
}

PackedBlock Packer::done(BlockKernel& kernel) {
  for (const PairedLayer& layer : packed_.paired)
    if (!layer.paired()) kernel.shape[layer.direct_field] = true;
  for (const char* field : fields_) kernel.shape[field] = true;
  const Operands operands = kernel_type(kernel.type).operands(kernel.shape, machine_);
  for (size_t i = 0; i < operands.size(); i++) {
    if (is_activation(operands[i].name())) continue;
    const std::string& name = operands[i].name();
    if (const auto floats = floats_.extract(name)) constants_[name] = as_type(floats.mapped(), operands[i]);
    std::string& constant = constants_[name];
    const int64_t expected = elements_of(operands[i]) * operands[i].type().bytes();
    if (static_cast<int64_t>(constant.size()) != expected)
      throw std::logic_error(fmt::format("{}: operand '{}' has {} bytes, expected {}", kernel.type,
                                         operands[i].name(), constant.size(), expected));
    packed_.constants.push_back(std::move(constant));
    constants_.erase(operands[i].name());
  }
  if (!constants_.empty() || !floats_.empty())
    throw std::logic_error(
        fmt::format("{}: no operand '{}'", kernel.type,
                    constants_.empty() ? floats_.begin()->first : constants_.begin()->first));
  return std::move(packed_);
}

}  // namespace mobilith
