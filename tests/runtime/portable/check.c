/* The runtime on a foreign target: C11 alone, so that any cross compiler builds it. Prints the CPU's features
 * as a number, then "ok"; or what is wrong, and ends with 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mobilith_abi.h"

#define FLOATS 4
#define TASKS 64

static void require(int holds, const char *what) {
  if (holds) return;
  printf("failed: %s\n", what);
  exit(1);
}

typedef struct closure {
  const float *input;
  float *partial; /* (task, float) */
} closure;

static int32_t add_task(mobilith_worker *worker, int32_t task, uint8_t *bytes) {
  const closure *c = (const closure *)(void *)bytes;
  volatile float *scratch = (volatile float *)(void *)worker->scratch_top;
  for (int i = 0; i < FLOATS; i++) scratch[i] = c->input[i] + (float)task;
  for (int i = 0; i < FLOATS; i++) c->partial[task * FLOATS + i] = scratch[i];
  return 0;
}

/* output = weights + the sum over tasks of (input + task) */
static int32_t kernel(mobilith_worker *worker, void *const *operands) {
  const float *weights = operands[1];
  float *output = operands[3];
  closure c = {operands[0], operands[2]};
  const int32_t result = worker->parallel(worker, add_task, 0, TASKS, (uint8_t *)&c);
  for (int i = 0; i < FLOATS; i++) {
    output[i] = weights[i];
    for (int t = 0; t < TASKS; t++) output[i] += c.partial[t * FLOATS + i];
  }
  return result;
}

static const _Alignas(64) float weights[FLOATS] = {0, 1, 2, 3};
static const mobilith_model_info info = {
    .name = "portable",
    .cpu = "any",
    .input_bytes = sizeof(float) * FLOATS,
    .output_bytes = sizeof(float) * FLOATS,
    .kernels = 1,
};
static const mobilith_operand operands[] = {{0, MOBILITH_SPACE_INPUT, 0},
                                            {0, MOBILITH_SPACE_WEIGHTS, 0},
                                            {0, MOBILITH_SPACE_ARENA, 0},
                                            {0, MOBILITH_SPACE_OUTPUT, 0}};
static const mobilith_step step = {.kernel = kernel, .name = "step", .kernel_name = "kernel", .operands = 4};

static mobilith_status create(uint64_t features, const mobilith_options *options,
                              mobilith_session **session) {
  static mobilith_model model;
  model.abi_version = MOBILITH_ABI_VERSION;
  model.struct_bytes = sizeof model;
  model.info = &info;
  model.cpu_features = features;
  model.weights = (const uint8_t *)weights;
  model.arena_bytes = sizeof(float) * TASKS * FLOATS;
  model.scratch_bytes = model.worker_bytes = 64;
  model.steps_count = 1;
  model.operands_count = 4;
  model.steps = &step;
  model.operands = operands;
  return mobilith_session_create(&model, options, session);
}

static int right(mobilith_session *session) {
  const float input[FLOATS] = {1, -2, 3, 0.5f};
  float output[FLOATS] = {0};
  if (mobilith_run(session, input, sizeof input, output, sizeof output) != MOBILITH_OK) return 0;
  for (int i = 0; i < FLOATS; i++)
    if (output[i] != (float)i + input[i] * TASKS + 2016) return 0;
  return 1;
}

static void run_often(const mobilith_options *options, const char *what) {
  mobilith_session *session;
  require(create(0, options, &session) == MOBILITH_OK, what);
  for (int i = 0; i < 200; i++) require(right(session), what);
  mobilith_session_destroy(session);
}

static void backwards(void *context, int32_t count, void (*task)(void *, int32_t), void *task_context) {
  (void)context;
  while (count-- > 0) task(task_context, count);
}

static void note(void *context, const mobilith_profile *profile) {
  require(profile->seconds >= 0 && profile->seconds < 60, "the clock runs forward");
  ++*(int *)context;
}

static uint64_t features_here(void) {
  uint64_t features = 0;
  for (int bit = 0; bit < 64; bit++) {
    mobilith_session *session;
    if (create(UINT64_C(1) << bit, NULL, &session) == MOBILITH_OK) features |= UINT64_C(1) << bit;
    mobilith_session_destroy(session);
  }
  return features;
}

int main(void) {
  mobilith_options options;
  int profiled = 0;
  mobilith_options_init(&options);
  run_often(&options, "one thread");

  options.profile = note;
  options.profile_context = &profiled;
  run_often(&options, "profiled");
  require(profiled == 200, "each run is profiled");

  mobilith_options_init(&options);
  options.threads = 4;
#if defined(__wasm__)
  mobilith_session *session;
  require(create(0, &options, &session) == MOBILITH_THREAD_FAILURE, "no threads here, and it says so");
#else
  run_often(&options, "four threads");
#endif
  options.parallel_for = backwards;
  run_often(&options, "the caller's executor");

  printf("%llx\nok\n", (unsigned long long)features_here());
  return 0;
}
