/* A model's own tables: whether indices, sizes and offsets in them are such as the ABI's generators write. Of
 * a library whose layout is another's in spite of its version, and of one that was damaged, something is not.
 * Kernels and weights themselves are not looked at. */
#ifndef MOBILITH_TABLES_H
#define MOBILITH_TABLES_H

#include "memory.h"
#include "mobilith_abi.h"
#include "ports.h"

/* Nothing is larger, so that the sum for 64 threads can't overflow. */
#define LARGEST_REGION (UINT64_C(1) << 61)
#define LARGEST_SCRATCH (UINT64_C(1) << 56)

static int sound_region(uint64_t bytes, uint64_t largest) {
  return bytes % ALIGNMENT == 0 && bytes <= largest;
}

/* A function's, so that a compiler of 32 bits does not find the comparison needless. */
static int within(uint64_t bytes, uint64_t largest) { return bytes <= largest; }

/* Divisions, because products of what stands in a damaged table overflow. */
static int sound_port(const mobilith_port *port) {
  if (!port->name || element_bytes(port->type) == 0) return 0;
  if (port->height < 1 || port->width < 1 || port->channels < 1) return 0;
  return within(port->bytes, LARGEST_REGION) && port->bytes / (size_t)port->height >= port->row_bytes &&
         port->row_bytes / (size_t)port->width >= port->pixel_bytes &&
         port->pixel_bytes / element_bytes(port->type) >= (size_t)port->channels;
}

static int sound_frame(const mobilith_port *port) {
  const int32_t format = port_format(port);
  if (format == MOBILITH_NO_FRAME) return 1;
  if (format < 0 || format > MOBILITH_YUYV || port->type != MOBILITH_U8) return 0;
  if (port->bytes > INT32_MAX || port->width > 1 << 14 || port->height > 1 << 14) return 0;
  return format != MOBILITH_NV12 || (port->height % 2 == 0 && port->width % 2 == 0);
}

static int sound_ports(const mobilith_port *ports, uint32_t count) {
  if (!ports || count == 0) return 0;
  const size_t bytes = ports->struct_bytes;
  if (bytes < PORT_BYTES_BEFORE_FRAMES || bytes > 4096 || bytes % sizeof(size_t) != 0) return 0;
  for (uint32_t i = 0; i < count; i++) {
    const mobilith_port *port = port_at(ports, i);
    if (port->struct_bytes != bytes || !sound_port(port) || !sound_frame(port)) return 0;
  }
  return 1;
}

static int sound_operand(const mobilith_operand *operand, const mobilith_variant *variant,
                         uint64_t weights_bytes) {
  switch (operand->space) {
    case MOBILITH_SPACE_INPUT:
      return operand->port < variant->inputs_count &&
             operand->offset < port_at(variant->inputs, operand->port)->bytes;
    case MOBILITH_SPACE_OUTPUT:
      return operand->port < variant->outputs_count &&
             operand->offset < port_at(variant->outputs, operand->port)->bytes;
    case MOBILITH_SPACE_FRAME:
      return operand->offset == 0 && port_format(variant->inputs) != MOBILITH_NO_FRAME;
    case MOBILITH_SPACE_ARENA:
      return operand->offset <= variant->arena_bytes;
    case MOBILITH_SPACE_WEIGHTS:
      return operand->offset <= weights_bytes;
    default:
      return 0;
  }
}

static int sound_step(const mobilith_step *step, uint32_t operands_count) {
  return step->kernel && step->name && step->kernel_name && step->operands >= 1 &&
         step->operands <= MOBILITH_MAX_OPERANDS && step->operands <= operands_count &&
         step->first_operand <= operands_count - step->operands;
}

static int sound_copy(const mobilith_copy *copy, const mobilith_variant *variant) {
  if (copy->step >= variant->steps_count || copy->port >= variant->outputs_count) return 0;
  const mobilith_port *port = port_at(variant->outputs, copy->port);
  if (copy->channel_stride < (uint32_t)port->channels || copy->offset > variant->arena_bytes) return 0;
  const uint64_t pixels = (uint64_t)port->height * (uint64_t)port->width;
  return (variant->arena_bytes - copy->offset) / element_bytes(port->type) / copy->channel_stride >= pixels;
}

static int sound_variant(const mobilith_variant *variant, uint64_t weights_bytes) {
  const size_t info_bytes = offsetof(mobilith_model_info, struct_bytes);
  if (!variant->info || variant->info->struct_bytes < info_bytes || !variant->info->cpu) return 0;
  if (!sound_region(variant->arena_bytes, LARGEST_REGION) ||
      !sound_region(variant->scratch_bytes, LARGEST_SCRATCH) ||
      !sound_region(variant->worker_bytes, variant->scratch_bytes))
    return 0;
  if (!sound_ports(variant->inputs, variant->inputs_count) ||
      !sound_ports(variant->outputs, variant->outputs_count))
    return 0;
  if (!variant->steps || variant->steps_count == 0 || !variant->operands) return 0;
  for (uint32_t i = 0; i < variant->operands_count; i++)
    if (!sound_operand(&variant->operands[i], variant, weights_bytes)) return 0;
  for (uint32_t i = 0; i < variant->steps_count; i++)
    if (!sound_step(&variant->steps[i], variant->operands_count)) return 0;
  if (variant->copies_count > 0 && !variant->copies) return 0;
  for (uint32_t i = 0; i < variant->copies_count; i++)
    if (!sound_copy(&variant->copies[i], variant) ||
        (i > 0 && variant->copies[i].step < variant->copies[i - 1].step))
      return 0;
  return 1;
}

/* All variants: which one runs is the CPU's to say. */
static int sound_tables(const mobilith_model *model) {
  if (model->weights_bytes > LARGEST_REGION) return 0;
  const int frames = model->abi_version == MOBILITH_ABI_FRAMES;
  for (uint32_t i = 0; i < model->variants_count; i++)
    if (!sound_variant(&model->variants[i], model->weights_bytes) ||
        frames != (port_format(model->variants[i].inputs) != MOBILITH_NO_FRAME))
      return 0;
  return 1;
}

#endif
