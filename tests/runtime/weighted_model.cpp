#include "runtime/weighted_model.h"

#include <cstring>

#include "mobilith_weights.h"

namespace mobilith::handmade {

namespace {

// A constant begins with its own size, so that the step needs no table.
uint64_t sum_of(const uint8_t* constant) {
  uint64_t bytes;
  std::memcpy(&bytes, constant, sizeof bytes);
  return mobilith_weights_checksum(constant, bytes);
}

int32_t look(mobilith_worker*, void* const* operands) {
  const auto *first = static_cast<const uint8_t*>(operands[0]),
             *second = static_cast<const uint8_t*>(operands[1]);
  const SeenWeights seen{first, sum_of(first), sum_of(second)};
  std::memcpy(operands[3], &seen, sizeof seen);
  return 0;
}

mobilith_port port(const char* name) {
  constexpr size_t bytes = sizeof(SeenWeights);
  return {sizeof(mobilith_port), name, MOBILITH_U8, 1, 1, bytes, bytes, bytes, bytes, 0};
}

}  // namespace

WeightedModel::WeightedModel(std::vector<size_t> constants, std::vector<Cpu> cpus)
    : cpus_(std::move(cpus)), sizes_(std::move(constants)), input_(port("input")), output_(port("look")) {
  size_t bytes = 0;
  for (const size_t size : sizes_) offsets_.push_back(bytes), bytes += size;
  storage_.resize(bytes + 64);
  weights_ = storage_.data() + (64 - reinterpret_cast<uintptr_t>(storage_.data()) % 64) % 64;
  uint32_t state = 1;
  for (size_t i = 0; i < bytes; i++) weights_[i] = (state = state * 1664525u + 1013904223u) >> 24;
  for (size_t i = 0; i < sizes_.size(); i++) std::memcpy(constant(i), &sizes_[i], sizeof(uint64_t));
  step_.kernel = look;
  step_.name = step_.kernel_name = "look";
  step_.operands = 4;
  for (const Cpu& cpu : cpus_) {
    mobilith_model_info& info = infos_.emplace_back();
    info.name = "weighted";
    info.cpu = cpu.name;
    info.input_bytes = info.output_bytes = sizeof(SeenWeights);
    info.weights_bytes = bytes;
    info.kernels = 1;
    info.struct_bytes = sizeof info;
    info.inputs = info.outputs = 1;
    mobilith_variant& variant = variants_.emplace_back();
    variant.info = &info;
    variant.arena_bytes = variant.scratch_bytes = 64;
    variant.steps_count = 1;
    variant.operands_count = 4;
    variant.steps = &step_;
    variant.operands =
        operands_
            .emplace_back(std::vector<mobilith_operand>{{offsets_[cpu.first], MOBILITH_SPACE_WEIGHTS, 0},
                                                        {offsets_[cpu.second], MOBILITH_SPACE_WEIGHTS, 0},
                                                        {0, MOBILITH_SPACE_INPUT, 0},
                                                        {0, MOBILITH_SPACE_OUTPUT, 0}})
            .data();
    variant.inputs_count = variant.outputs_count = 1;
    variant.inputs = &input_;
    variant.outputs = &output_;
  }
  model_.abi_version = MOBILITH_ABI_VERSION;
  model_.struct_bytes = sizeof model_;
  model_.variants_count = static_cast<uint32_t>(variants_.size());
  model_.variants = variants_.data();
  model_.weights = weights_;
  model_.weights_bytes = bytes;
}

SeenWeights WeightedModel::expected(int cpu) const {
  const uint8_t *first = weights_ + offsets_[cpus_[cpu].first],
                *second = weights_ + offsets_[cpus_[cpu].second];
  return {first, sum_of(first), sum_of(second)};
}

std::string WeightedModel::move_to_file() {
  mobilith_weights_header header{};
  std::memcpy(header.magic, MOBILITH_WEIGHTS_MAGIC, sizeof header.magic);
  header.version = MOBILITH_WEIGHTS_VERSION;
  header.header_bytes = sizeof header;
  header.bytes = model_.weights_bytes;
  header.checksum = model_.weights_checksum = mobilith_weights_checksum(weights_, model_.weights_bytes);
  model_.weights = nullptr;
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) +
         std::string(reinterpret_cast<const char*>(weights_), model_.weights_bytes);
}

SeenWeights run_weighted(mobilith_session* session) {
  const uint8_t input[sizeof(SeenWeights)] = {};
  SeenWeights seen{};
  if (mobilith_run(session, input, sizeof input, &seen, sizeof seen) != MOBILITH_OK) return {};
  return seen;
}

}  // namespace mobilith::handmade
