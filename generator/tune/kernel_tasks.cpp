#include "tune/kernel_tasks.h"

#include <algorithm>
#include <map>
#include <span>

#include "plan/block_kernel.h"
#include "plan/frame_step.h"
#include "plan/plan.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

namespace mobilith::tune {

namespace {

// Of an image of shape `in`: a pool where `out` is a vector, a 1x1 convolution otherwise.
Block block_between(const Shape& in, const Shape& out, const std::string& name) {
  const bool pools = out.height == 1 && out.width == 1 && (in.height > 1 || in.width > 1);
  Layer layer{pools ? LayerKind::pool : LayerKind::convolution, name, ""};
  layer.in = in, layer.out = out;
  return {pools ? BlockKind::pool : BlockKind::convolution, name, name, {layer}};
}

// The block with nothing before it that it does not need.
Network alone(const Network& network, size_t index) {
  const std::vector<int> inputs = network.inputs_of(index);
  Block block = network.blocks[index];
  const Shape image = block.in();
  Network part{network.configuration, {}};
  block.inputs = {-1};
  for (size_t i = 1; i < inputs.size(); i++) {
    const Shape& needed = network.blocks[size_t(inputs[i])].out();
    if (needed == image) {
      block.inputs.push_back(-1);
      continue;
    }
    block.inputs.push_back(static_cast<int>(part.blocks.size()));
    part.blocks.push_back(block_between(image, needed, "operand_" + std::to_string(i)));
    part.blocks.back().inputs = {-1};
  }
  if (block.inputs.size() == 1) block.inputs.clear();
  part.blocks.push_back(std::move(block));
  return part;
}

// Its image in the library's order, from a caller's bytes.
Block stored_image(const Shape& shape) {
  Layer layer{LayerKind::add, "image", ""};
  layer.in = layer.out = shape;
  Block block{BlockKind::quantised, "image", "", {layer}};
  auto what = std::make_shared<Quantised>(Quantised{QuantisedKind::lookup});
  for (int byte = 0; byte < 256; byte++) what->constants["table"].push_back(byte);
  block.quantised = std::move(what), block.inputs = {-1};
  return block;
}

// A block of one input; others of bytes have nothing to choose.
Network alone_quantised(const Network& network, size_t index) {
  Block block = network.blocks[index];
  Network part{network.configuration, {}};
  part.image_type = ElementType::u8;
  if (block.inputs.front() < 0) {
    part.image_type = network.image_type;
  } else {
    part.blocks.push_back(stored_image(block.in()));
    block.inputs = {0};
  }
  part.blocks.push_back(std::move(block));
  return part;
}

// The frame's kernel, whose image a block reads.
Network alone_with_frame(const Network& network) {
  Network part{network.configuration, {}};
  if (network.quantised())
    part.image_type = network.image_type, part.blocks.push_back(stored_image(network.image()));
  else
    part = alone(network, 0);
  part.frame = network.frame;
  return part;
}

// Marks those layers whose products the weights do not let pair.
void keep_direct(Network& part, const PlannedStep& step) {
  for (const PairedLayer& found : step.paired)
    for (Layer& layer : part.blocks.back().layers)
      if (layer.name == found.layer) layer.direct = !found.paired();
}

// The kernels of one network and the cycles that each takes of a run.
std::vector<KernelTask> kernels_of(const Network& network, const Machine& machine, const Weights* weights) {
  const Plan plan = weights ? make_plan(network, *weights, machine) : Plan{};
  const std::span<const PlannedStep> steps =
      std::span(plan.steps).subspan(weights ? static_cast<size_t>(network.steps_before()) : 0);
  std::vector<KernelTask> list;
  double total = 0;
  if (network.frame) {
    const BlockKernel kernel = frame_kernel(*network.frame, image_port(network, machine));
    const KernelType& type = kernel_type(kernel.type);
    total = type.predicted_cycles(kernel.shape, type.default_schedule(kernel.shape, machine), machine);
    list.push_back({"", kernel.type, kernel.shape, alone_with_frame(network), total});
  }
  for (size_t i = 0; i < network.blocks.size(); i++) {
    BlockKernel kernel = block_kernel(network.blocks[i]);
    const KernelType& type = kernel_type(kernel.type);
    if (weights) kernel.shape = plan.kernels[static_cast<size_t>(steps[i].kernel)].shape;
    const double cycles =
        type.predicted_cycles(kernel.shape, type.default_schedule(kernel.shape, machine), machine);
    total += cycles;
    if (network.quantised() && type.space(kernel.shape, machine).empty()) continue;
    Network part = network.quantised() ? alone_quantised(network, i) : alone(network, i);
    if (weights && !network.quantised()) keep_direct(part, steps[i]);
    const auto same = std::find_if(list.begin(), list.end(), [&](const KernelTask& work) {
      return work.type == kernel.type && work.shape == kernel.shape;
    });
    if (same != list.end()) {
      same->share += cycles;
      continue;
    }
    list.push_back({"", kernel.type, kernel.shape, std::move(part), cycles});
  }
  for (KernelTask& work : list) work.share /= total;
  return list;
}

}  // namespace

std::vector<KernelTask> kernel_tasks(const std::vector<Network>& networks, const Machine& machine,
                                     const Weights* weights) {
  std::map<std::string, KernelTask> distinct;
  KernelNames names;
  for (const Network& network : networks)
    for (KernelTask& work : kernels_of(network, machine, weights)) {
      const double share = work.share;
      const auto [entry, added] = distinct.try_emplace(work.type + work.shape.dump(), std::move(work));
      if (added)
        entry->second.name = names.next(entry->second.type, entry->second.shape);
      else
        entry->second.share += share;
    }
  std::vector<KernelTask> list;
  for (auto& [key, work] : distinct) list.push_back(std::move(work));
  std::stable_sort(list.begin(), list.end(),
                   [](const KernelTask& a, const KernelTask& b) { return a.share > b.share; });
  return list;
}

std::vector<KernelTask> kernel_tasks(const std::vector<Configuration>& configurations,
                                     const Machine& machine) {
  std::vector<Network> networks;
  for (const Configuration& configuration : configurations) networks.push_back(build_network(configuration));
  return kernel_tasks(networks, machine);
}

std::vector<KernelTask> shard(const std::vector<KernelTask>& list, int index, int count) {
  std::vector<KernelTask> part;
  for (size_t i = static_cast<size_t>(index); i < list.size(); i += static_cast<size_t>(count))
    part.push_back(list[i]);
  return part;
}

std::vector<Network> published_networks() {
  std::vector<Network> networks;
  for (const Configuration& c : published_configurations()) networks.push_back(build_network(c));
  return networks;
}

}  // namespace mobilith::tune
