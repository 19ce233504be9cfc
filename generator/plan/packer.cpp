#include "plan/packer.h"

#include <fmt/format.h>

#include <limits>

#include "layout/layout.h"
#include "schedules/kernel_types.h"

namespace mobilith {

Window window_of(const Layer& layer) {
  const LayerWindow& w = layer.window;
  return {layer.in.height, layer.in.width, layer.out.height, layer.out.width, w.stride,        w.pads.top,
          w.pads.left,     w.height,       w.width,          w.dilation,      w.other_stride_x};
}

Packer::Packer(const Weights& weights, const Machine& machine, const ChannelSizes& input, Opinion opinion)
    : weights_(weights), machine_(machine), opinion_(opinion), packed_{{}, {}, input, {}} {}

void Packer::add(const std::string& operand, const Packed& floats) {
  constants_[operand].assign(reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float));
}

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
    pairs = pairing(f.kernel, f.bias, packed_.output);
    if (!(pairs.bound <= most_pairing_bound) && opinion_ != Opinion::both) {
      const Pairing alone = pairing(f.kernel, f.bias, by(opinion_, packed_.output));
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
    std::string& constant = constants_[operands[i].name()];
    const int64_t expected = elements_of(operands[i]) * operands[i].type().bytes();
    if (static_cast<int64_t>(constant.size()) != expected)
      throw std::logic_error(fmt::format("{}: operand '{}' has {} bytes, expected {}", kernel.type,
                                         operands[i].name(), constant.size(), expected));
    packed_.constants.push_back(std::move(constant));
    constants_.erase(operands[i].name());
  }
  if (!constants_.empty())
    throw std::logic_error(fmt::format("{}: no operand '{}'", kernel.type, constants_.begin()->first));
  return std::move(packed_);
}

}  // namespace mobilith
