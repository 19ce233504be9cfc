#include "runtime/model.h"

#include <atomic>

namespace mobilith::handmade {

namespace {

constexpr int tasks = 64;

int32_t twice(mobilith_worker*, void* const* operands) {
  const auto* in = static_cast<const float*>(operands[0]);
  auto* out = static_cast<float*>(operands[1]);
  for (int i = 0; i < floats; i++) out[i] = 2 * in[i];
  return 0;
}

struct Closure {
  const float* in;
  float* partial;  // (task, float), in the kernel's own scratch
};

// Fills its lane's scratch first, so that two lanes sharing one would show.
int32_t add_index(mobilith_worker* worker, int32_t task, uint8_t* closure) {
  const auto& c = *reinterpret_cast<const Closure*>(closure);
  auto* scratch = reinterpret_cast<volatile float*>(worker->scratch_top);
  for (int i = 0; i < floats; i++) scratch[i] = c.in[i] + static_cast<float>(task);
  for (int i = 0; i < floats; i++) c.partial[task * floats + i] = scratch[i];
  return 0;
}

int32_t fail_at_13(mobilith_worker* worker, int32_t task, uint8_t* closure) {
  return task == 13 ? 5 : add_index(worker, task, closure);
}

template <mobilith_task task>
int32_t sum(mobilith_worker* worker, void* const* operands) {
  Closure closure{static_cast<const float*>(operands[0]),
                  reinterpret_cast<float*>(worker->scratch_end - sizeof(float) * tasks * floats)};
  if (const int32_t result = worker->parallel(worker, task, 0, tasks, reinterpret_cast<uint8_t*>(&closure)))
    return result;
  auto* out = static_cast<float*>(operands[1]);
  for (int i = 0; i < floats; i++) {
    out[i] = 0;
    for (int t = 0; t < tasks; t++) out[i] += closure.partial[t * floats + i];
  }
  return 0;
}

int32_t add(mobilith_worker*, void* const* operands) {
  const auto *in = static_cast<const float*>(operands[0]), *weights = static_cast<const float*>(operands[1]);
  auto* out = static_cast<float*>(operands[2]);
  for (int i = 0; i < floats; i++) out[i] = in[i] + weights[i];
  return 0;
}

alignas(64) const float weights[floats] = {0, 1, 2, 3};

const mobilith_model_info info{"handmade",
                               "none",
                               "any",
                               1.0,
                               1,
                               1,
                               1,
                               floats,
                               floats,
                               sizeof(float) * floats,
                               sizeof(float) * floats,
                               sizeof weights,
                               128,
                               0,
                               3,
                               128,
                               sizeof(mobilith_model_info),
                               1,
                               1};

constexpr size_t bytes = sizeof(float) * floats;
const mobilith_port input{sizeof(mobilith_port), "input", MOBILITH_F32, 1, 1, floats, bytes, bytes, bytes, 0},
    output{sizeof(mobilith_port), "third", MOBILITH_F32, 1, 1, floats, bytes, bytes, bytes, 0};

const mobilith_operand operands[] = {
    {0, MOBILITH_SPACE_INPUT, 0},  {0, MOBILITH_SPACE_ARENA, 0},                                   // twice
    {0, MOBILITH_SPACE_ARENA, 0},  {64, MOBILITH_SPACE_ARENA, 0},                                  // sum
    {64, MOBILITH_SPACE_ARENA, 0}, {0, MOBILITH_SPACE_WEIGHTS, 0}, {0, MOBILITH_SPACE_OUTPUT, 0},  // add
};

template <mobilith_task task>
const mobilith_step steps[] = {
    {twice, "first", "twice", 4, 32, 0, 2, 1, 1, floats, floats},
    {sum<task>, "second", "sum", 256, 32, 2, 2, 1, 1, floats, floats},
    {add, "third", "add", 4, 48, 4, 3, 1, 1, floats, floats},
};

template <mobilith_task task>
const mobilith_variant variant{&info,   0,      0, 128,         sizeof(float) * tasks * floats + 64,
                               64,      3,      7, steps<task>, operands,
                               1,       1,      0, 0,           &input,
                               &output, nullptr};

template <mobilith_task task>
const mobilith_model made{MOBILITH_ABI_VERSION,
                          sizeof(mobilith_model),
                          1,
                          0,
                          &variant<task>,
                          reinterpret_cast<const uint8_t*>(weights),
                          sizeof weights,
                          0};

}  // namespace

const mobilith_model& model() { return made<add_index>; }
const mobilith_model& failing_model() { return made<fail_at_13>; }

std::vector<float> expected(const std::vector<float>& input) {
  std::vector<float> out;
  for (int i = 0; i < floats; i++) out.push_back(2 * input[i] * tasks + 2016 + static_cast<float>(i));
  return out;
}

}  // namespace mobilith::handmade
