#include "runtime/scripted_model.h"

#include <utility>

namespace mobilith::handmade {

namespace {

using Task = std::function<int32_t(mobilith_worker*, int32_t)>;

int32_t run_script(mobilith_worker* worker, void* const* operands) {
  const auto& kernel = *static_cast<const ScriptedModel::Kernel*>(operands[0]);
  return kernel(worker, static_cast<const float*>(operands[1]), static_cast<uint8_t*>(operands[2]),
                static_cast<float*>(operands[3]));
}

int32_t run_task(mobilith_worker* worker, int32_t index, uint8_t* closure) {
  return (**reinterpret_cast<const Task**>(closure))(worker, index);
}

}  // namespace

ScriptedModel::ScriptedModel(Kernel kernel, const Regions& regions)
    : kernel_(std::move(kernel)),
      operands_{{0, MOBILITH_SPACE_WEIGHTS, 0},
                {0, MOBILITH_SPACE_INPUT, 0},
                {0, MOBILITH_SPACE_ARENA, 0},
                {0, MOBILITH_SPACE_OUTPUT, 0}} {
  info_.name = "scripted";
  info_.cpu = "any";
  info_.input_bytes = info_.output_bytes = bytes;
  info_.kernels = 1;
  info_.struct_bytes = sizeof info_;
  info_.inputs = info_.outputs = 1;
  input_ = {sizeof input_, "input", MOBILITH_F32, 1, 1, floats, bytes, bytes, bytes, 0};
  output_ = {sizeof output_, "script", MOBILITH_F32, 1, 1, floats, bytes, bytes, bytes, 0};
  step_.kernel = run_script;
  step_.name = step_.kernel_name = "script";
  step_.operands = 4;
  model_.abi_version = MOBILITH_ABI_VERSION;
  model_.struct_bytes = sizeof model_;
  model_.variants_count = 1;
  model_.variants = &variant_;
  model_.weights = reinterpret_cast<const uint8_t*>(&kernel_);
  variant_.info = &info_;
  variant_.arena_bytes = regions.arena;
  variant_.scratch_bytes = regions.scratch;
  variant_.worker_bytes = regions.worker;
  variant_.steps_count = 1;
  variant_.operands_count = 4;
  variant_.steps = &step_;
  variant_.operands = operands_;
  variant_.inputs_count = variant_.outputs_count = 1;
  variant_.inputs = &input_;
  variant_.outputs = &output_;
}

int32_t parallel(mobilith_worker* worker, int32_t min, int32_t count, const Task& task) {
  const Task* closure = &task;
  return worker->parallel(worker, run_task, min, count, reinterpret_cast<uint8_t*>(&closure));
}

}  // namespace mobilith::handmade
