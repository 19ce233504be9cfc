#include "plan/plan.h"

#include <algorithm>

#include "layout/layout.h"
#include "layout/quantised_shapes.h"
#include "plan/frame_step.h"
#include "plan/pack_network.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

namespace mobilith {

namespace {

Port dense(const std::string& name, const Shape& shape, ElementType type = ElementType::f32) {
  return {name, shape, shape.channels, type};
}

Port padded(const std::string& name, const Shape& shape, const Machine& machine) {
  const Channels channels = channels_of(shape.channels, machine);
  return {name, shape, channels.stored(), channels.type};
}

// How each activation is stored: tensor 0 is the image, tensor i + 1 what block i writes. Images and classes
// are dense.
Port stored_bytes(const std::string& name, const Shape& shape, const Machine& machine) {
  return {name, shape, byte_channels_of(shape.channels, machine).stored(), ElementType::u8};
}

Port stored_output(const Block& block, const Machine& machine) {
  if (block.kind == BlockKind::head) return dense(block.name, block.out());
  if (block.quantised && block.quantised->out != ElementType::f32) {
    Port port = stored_bytes(block.name, block.out(), machine);
    port.type = block.quantised->out, port.scale = block.quantised->scale;
    return port;
  }
  return padded(block.name, block.out(), machine);
}

std::vector<Port> stored_tensors(const Network& network, const Machine& machine) {
  std::vector<Port> tensors{image_port(network, machine)};
  for (const Block& block : network.blocks) tensors.push_back(stored_output(block, machine));
  return tensors;
}

// From the step that writes each tensor to the last one that reads it.
std::vector<Lifetime> lifetimes_of(const Network& network, const std::vector<Port>& tensors) {
  std::vector<Lifetime> lifetimes;
  for (size_t i = 0; i < tensors.size(); i++) {
    const int writes = std::max(static_cast<int>(i) - 1 + network.steps_before(), 0);
    lifetimes.push_back({tensors[i].bytes(), writes, writes});
  }
  for (size_t step = 0; step < network.blocks.size(); step++)
    for (const int from : network.inputs_of(step))
      lifetimes[size_t(from + 1)].last = static_cast<int>(step) + network.steps_before();
  return lifetimes;
}

// The last step's tensor can be written where the caller wants it if that is how its kernel writes it. With
// any alignment only a head can: other kernels' outputs are for the next one, and aligned to its vectors.
bool ends_at_caller(const Network& network) {
  const Block& last = network.blocks.back();
  const auto& named = network.outputs;
  if (named.empty()) return true;
  return last.kind == BlockKind::head && std::find(named.begin(), named.end(), last.name) != named.end();
}

// Fills in inputs, outputs, copies and memory: where each tensor is while a step reads or writes it.
std::vector<PlannedOperand> place_tensors(Plan& plan, const Network& network,
                                          const std::vector<Port>& tensors) {
  const int last = static_cast<int>(tensors.size()) - 1;
  const bool direct = ends_at_caller(network);
  plan.inputs = {network.frame ? frame_port(*network.frame) : tensors.front()};
  std::vector<Lifetime> lifetimes = lifetimes_of(network, tensors);
  if (!network.frame) lifetimes.front().bytes = 0;  // the caller's
  if (direct) lifetimes.back().bytes = 0;
  plan.memory = plan_memory(lifetimes);

  std::vector<PlannedOperand> places{{Space::input, 0}};
  if (network.frame) places = {{Space::arena, plan.memory.offsets[0]}};
  for (int i = 1; i <= last; i++) places.push_back({Space::arena, plan.memory.offsets[i]});
  if (network.outputs.empty()) plan.outputs = {tensors.back()};
  for (const std::string& name : network.outputs) {
    const auto found =
        std::find_if(tensors.begin() + 1, tensors.end(), [&](const Port& t) { return t.name == name; });
    if (found == tensors.end()) throw std::logic_error("an output of no block");
    const int tensor = static_cast<int>(found - tensors.begin()),
              output = static_cast<int>(plan.outputs.size());
    plan.outputs.push_back(network.padded_outputs ? *found : dense(name, found->shape, found->type));
    plan.outputs.back().scale = found->scale;
    if (tensor < last || !direct)
      plan.copies.push_back(
          {tensor - 1 + network.steps_before(), output, plan.memory.offsets[tensor], found->channel_stride});
    else
      places.back().port = output;
  }
  if (direct) places.back() = {Space::output, 0, 0, places.back().port};
  std::stable_sort(plan.copies.begin(), plan.copies.end(),
                   [](const PlannedCopy& a, const PlannedCopy& b) { return a.step < b.step; });
  return places;
}

int64_t append(std::string& weights, const std::string& packed) {
  weights.resize((weights.size() + 63) / 64 * 64, '\0');
  const auto offset = static_cast<int64_t>(weights.size());
  weights.append(packed);
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
  kernels.push_back(
      {names.next(kernel.type, kernel.shape), kernel.type, kernel.shape, found->schedule, found->source});
  return static_cast<int>(kernels.size()) - 1;
}

PlannedStep frame_step(Plan& plan, const Network& network, const Port& image, const PlannedOperand& place,
                       int kernel) {
  PlannedStep step;
  step.block = frame_block;
  step.kernel = kernel;
  step.operands = {{Space::input, 0}, {Space::frame, 0}};
  for (const std::string& constant : frame_constants(*network.frame, image)) {
    const auto bytes = static_cast<int64_t>(constant.size());
    step.operands.push_back({Space::weights, append(plan.weights, constant), bytes});
    step.bytes += bytes;
  }
  step.operands.push_back(place);
  step.output = image.shape;
  step.output_channel_stride = image.channel_stride;
  step.bytes += network.frame->bytes() + image.bytes();
  return step;
}

}  // namespace

Port image_port(const Network& network, const Machine& machine) {
  const Block& first = network.blocks.front();
  Port image = first.quantised || first.kind == BlockKind::stem
                   ? dense(input_name, first.in(), network.image_type)
                   : padded(input_name, first.in(), machine);
  image.scale = network.image_scale;
  return image;
}

Plan make_plan(const Network& network, const Weights& weights, const Machine& machine,
               const ScheduleLookup& lookup) {
  const std::vector<Block>& blocks = network.blocks;
  const std::vector<Port> tensors = stored_tensors(network, machine);
  Plan plan;
  const std::vector<PlannedOperand> places = place_tensors(plan, network, tensors);

  KernelNames names;
  if (network.frame) {
    const int kernel = kernel_index(plan.kernels, names, frame_kernel(*network.frame, tensors.front()),
                                    machine, lookup, default_source);
    plan.steps.push_back(frame_step(plan, network, tensors.front(), places.front(), kernel));
  }
  std::vector<PackedKernel> packed_kernels = pack_network(network, weights, machine);
  for (size_t i = 0; i < blocks.size(); i++) {
    const Block& block = blocks[i];
    PackedBlock& packed_block = packed_kernels[i].block;
    const char* otherwise = default_source;
    for (const PairedLayer& layer : packed_block.paired)
      if (!layer.paired()) otherwise = direct_source;
    PlannedStep step;
    step.block = block.name;
    step.paired = std::move(packed_block.paired);
    step.kernel = kernel_index(plan.kernels, names, packed_kernels[i].kernel, machine, lookup, otherwise);
    step.bytes = tensors[i + 1].bytes();
    for (const int from : network.inputs_of(i)) {
      step.bytes += tensors[size_t(from + 1)].bytes();
      step.operands.push_back(places[size_t(from + 1)]);
    }
    for (const std::string& packed : packed_block.constants) {
      const auto bytes = static_cast<int64_t>(packed.size());
      step.operands.push_back({Space::weights, append(plan.weights, packed), bytes});
      step.bytes += bytes;
    }
    step.operands.push_back(places[i + 1]);
    step.output = block.out();
    step.output_channel_stride = tensors[i + 1].channel_stride;
    step.madds = block.madds();
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

}  // namespace mobilith
