// A model of one step that does whatever a test asks for.
#pragma once

#include <functional>

#include "mobilith_abi.h"

namespace mobilith::handmade {

// Bytes of each region; multiples of 64.
struct Regions {
  uint64_t arena = 4096, scratch = 2048, worker = 1024;
};

class ScriptedModel {
 public:
  static constexpr int floats = 16;  // of input and of output
  static constexpr size_t bytes = sizeof(float) * floats;

  // What the step does; 0: success. May run on several threads at once, one per session that runs the model.
  using Kernel = std::function<int32_t(mobilith_worker*, const float* input, uint8_t* arena, float* output)>;

  explicit ScriptedModel(Kernel, const Regions& = {});
  ScriptedModel(const ScriptedModel&) = delete;

  const mobilith_model& get() const { return model_; }

 private:
  Kernel kernel_;  // the model's "weights": how the step finds it
  mobilith_model_info info_{};
  mobilith_port input_{}, output_{};
  mobilith_operand operands_[4];
  mobilith_step step_{};
  mobilith_variant variant_{};
  mobilith_model model_{};
};

// Calls worker->parallel with any callable.
int32_t parallel(mobilith_worker*, int32_t min, int32_t count,
                 const std::function<int32_t(mobilith_worker*, int32_t)>& task);

}  // namespace mobilith::handmade
