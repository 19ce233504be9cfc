#include "plan/pack_network.h"

#include <algorithm>

namespace mobilith {

namespace {

std::vector<PackedKernel> packed(const Network& network, const Weights& weights, const Machine& machine,
                                 Opinion opinion) {
  const ChannelSizes image = input_sizes(network.blocks.front());
  std::vector<PackedKernel> list;
  list.reserve(network.blocks.size());  // sizes are read where they lie
  for (size_t i = 0; i < network.blocks.size(); i++) {
    const Block& block = network.blocks[i];
    std::vector<const ChannelSizes*> inputs;
    for (const int from : network.inputs_of(i))
      inputs.push_back(from < 0 ? &image : &list[static_cast<size_t>(from)].block.output);
    BlockKernel kernel = block_kernel(block);
    PackedBlock constants = pack_block(kernel, block, weights, machine, inputs, opinion);
    list.push_back({std::move(kernel), std::move(constants)});
  }
  return list;
}

bool all_paired(const std::vector<PackedKernel>& list) {
  return std::all_of(list.begin(), list.end(), [](const PackedKernel& one) {
    return std::all_of(one.block.paired.begin(), one.block.paired.end(),
                       [](const PairedLayer& layer) { return layer.paired(); });
  });
}

}  // namespace

std::vector<PackedKernel> pack_network(const Network& network, const Weights& weights,
                                       const Machine& machine) {
  std::vector<PackedKernel> list = packed(network, weights, machine, Opinion::both);
  if (all_paired(list)) return list;
  std::vector<double> agreements;
  for (const PackedKernel& one : list)
    agreements.insert(agreements.end(), one.block.agreements.begin(), one.block.agreements.end());
  const Opinion opinion = believed(std::move(agreements));
  return opinion == Opinion::both ? list : packed(network, weights, machine, opinion);
}

}  // namespace mobilith
