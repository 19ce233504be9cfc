#include "reference/narrowed.h"

#include <cstddef>

#include "networks/sixteen_bits.h"

namespace mobilith::reference {

namespace {

// Whether each output is a product of one pixel that lies in the image.
bool multiplies_pixels(const Layer& layer) {
  const LayerWindow& w = layer.window;
  return layer.kind == LayerKind::convolution && w.taps() == 1 && w.pads.top == 0 && w.pads.left == 0 &&
         w.stride * (layer.out.height - 1) < layer.in.height &&
         w.stride_x() * (layer.out.width - 1) < layer.in.width;
}

PreparedBlock part_of(const PreparedBlock& whole, size_t begin, size_t end) {
  PreparedBlock part{whole.block, {}};
  const auto at = [](const auto& list, size_t i) { return list.begin() + static_cast<std::ptrdiff_t>(i); };
  part.block.layers.assign(at(whole.block.layers, begin), at(whole.block.layers, end));
  part.layers.assign(at(whole.layers, begin), at(whole.layers, end));
  return part;
}

}  // namespace

double bound_of(ElementType factors) {
  return factors == ElementType::bf16 ? bf16_bound : factors == ElementType::f16 ? f16_bound : bound;
}

Activation run_narrowed(ElementType factors, const PreparedBlock& block,
                        const std::vector<const Activation*>& inputs, double* magnitude) {
  const std::vector<Layer>& layers = block.block.layers;
  Activation now = *inputs.front();
  const bool image = block.block.kind == BlockKind::stem && factors == ElementType::bf16;
  // What a gate or an addition reads besides.
  const auto run = [&](size_t begin, size_t end) {
    std::vector<const Activation*> read{&now};
    read.insert(read.end(), inputs.begin() + 1, inputs.end());
    if (inputs.size() == 1) read.push_back(inputs.back());
    PreparedBlock part = part_of(block, begin, end);
    if (image)  // what lies around it, too
      for (float& value : part.block.layers.front().outside) value = rounded(value, factors);
    now = run_block(part, read, /*logits=*/false, magnitude);
  };
  size_t done = 0;
  if (image)
    for (double& value : now.values) value = rounded(static_cast<float>(value), factors);
  for (size_t i = 0; i < layers.size(); i++) {
    if (block.block.kind == BlockKind::stem || !multiplies_pixels(layers[i])) continue;
    if (i > done) run(done, i);
    for (double& value : now.values) value = rounded(static_cast<float>(value), factors);
    done = i;
  }
  run(done, layers.size());
  return now;
}

Activation run_network_narrowed(ElementType factors, const Network& network, const Weights& weights,
                                const Activation& input) {
  std::vector<Activation> outputs;
  for (size_t i = 0; i < network.blocks.size(); i++) {
    std::vector<const Activation*> inputs;
    for (const int from : network.inputs_of(i))
      inputs.push_back(from < 0 ? &input : &outputs[static_cast<size_t>(from)]);
    outputs.push_back(run_narrowed(factors, prepare(network.blocks[i], weights), inputs));
  }
  return std::move(outputs.back());
}

}  // namespace mobilith::reference
