#include "plan/plan.h"

#include <algorithm>

#include "layout/layout.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

namespace mobilith {

namespace {

// Bytes of an activation; those of an image or of classes are dense.
int64_t activation_bytes(const Shape& shape, const Channels& channels) {
  return int64_t{1} * shape.height * shape.width * channels.bytes();
}

Channels dense_channels(int count) { return {count, 1, count}; }

int64_t append(std::string& weights, const Packed& packed) {
  weights.resize((weights.size() + 63) / 64 * 64, '\0');
  const auto offset = static_cast<int64_t>(weights.size());
  weights.append(reinterpret_cast<const char*>(packed.data()), packed.size() * sizeof(float));
  return offset;
}

// The index of the kernel of this type and shape, added where it is new. otherwise: the source of a default
// schedule.
int kernel_index(std::vector<PlannedKernel>& kernels, KernelNames& names, const BlockKernel& kernel,
                 const Machine& machine, const ScheduleLookup& lookup, const char* otherwise) {
  for (size_t i = 0; i < kernels.size(); i++)
    if (kernels[i].type == kernel.type && kernels[i].shape == kernel.shape) return static_cast<int>(i);
  const KernelType& type = kernel_type(kernel.type);
  std::optional<FoundSchedule> found;
  if (lookup) found = lookup(kernel.type, kernel.shape);
  if (!found || !type.fits(kernel.shape, found->schedule, machine))
    found = {type.default_schedule(kernel.shape, machine), otherwise};
  kernels.push_back({names.next(kernel.type, kernel.shape), kernel.type, kernel.shape, found->schedule,
                     found->source});
  return static_cast<int>(kernels.size()) - 1;
}

}  // namespace

Plan make_plan(const Network& network, const Weights& weights, const Machine& machine,
               const ScheduleLookup& lookup) {
  const std::vector<Block>& blocks = network.blocks;
  const bool from_image = blocks.front().kind == BlockKind::stem,
             to_classes = blocks.back().kind == BlockKind::head;
  Plan plan;
  const auto stored = [&](const Shape& shape, bool dense) {
    return dense ? dense_channels(shape.channels) : channels_of(shape.channels, machine);
  };
  const Shape in = blocks.front().in(), out = blocks.back().out();
  plan.input_bytes = activation_bytes(in, stored(in, from_image));
  plan.output_bytes = activation_bytes(out, stored(out, to_classes));

  std::vector<int64_t> sizes{0};
  for (const Block& block : blocks) sizes.push_back(activation_bytes(block.out(), stored(block.out(), false)));
  sizes.back() = 0;
  plan.memory = plan_memory(sizes);

  KernelNames names;
  ChannelSizes channels = input_sizes(blocks.front());
  for (size_t i = 0; i < blocks.size(); i++) {
    const Block& block = blocks[i];
    const bool first = i == 0, last = i + 1 == blocks.size();
    BlockKernel kernel = block_kernel(block);
    PackedBlock packed_block = pack_block(kernel, block, weights, machine, channels);
    channels = std::move(packed_block.output);
    const char* otherwise = default_source;
    for (const PairedLayer& layer : packed_block.paired)
      if (!layer.paired()) otherwise = direct_source;
    PlannedStep step;
    step.block = block.name;
    step.paired = std::move(packed_block.paired);
    step.kernel = kernel_index(plan.kernels, names, kernel, machine, lookup, otherwise);
    step.bytes = (first ? plan.input_bytes : sizes[i]) + (last ? plan.output_bytes : sizes[i + 1]);
    step.operands.push_back(first ? PlannedOperand{Space::input, 0}
                                  : PlannedOperand{Space::arena, plan.memory.offsets[i]});
    for (const Packed& packed : packed_block.constants) {
      const auto bytes = static_cast<int64_t>(packed.size() * sizeof(float));
      step.operands.push_back({Space::weights, append(plan.weights, packed), bytes});
      step.bytes += bytes;
    }
    step.operands.push_back(last ? PlannedOperand{Space::output, 0}
                                 : PlannedOperand{Space::arena, plan.memory.offsets[i + 1]});
    step.output = block.out();
    step.output_channel_stride = stored(block.out(), last && to_classes).stored();
    step.madds = block.madds();
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

}  // namespace mobilith
