/* The runtime on a foreign target: C11 alone, so that any cross compiler builds it. check FOLDER, which it
 * may write to: prints the CPU's features as a number, then "ok"; or what is wrong, and ends with 1. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* fork */
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mobilith_abi.h"
#include "mobilith_weights.h"
#if !defined(_WIN32) && !defined(__wasm__)
#define HAS_FORK
#include <sys/wait.h>
#include <unistd.h>
#endif

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

static const _Alignas(64) float weights[16] = {0, 1, 2, 3};
static const mobilith_model_info info = {
    .name = "portable",
    .cpu = "any",
    .input_bytes = sizeof(float) * FLOATS,
    .output_bytes = sizeof(float) * FLOATS,
    .kernels = 1,
    .struct_bytes = sizeof info,
    .inputs = 1,
    .outputs = 1,
};
static const mobilith_port port = {.struct_bytes = sizeof port,
                                   .name = "port",
                                   .type = MOBILITH_F32,
                                   .height = 1,
                                   .width = 1,
                                   .channels = FLOATS,
                                   .pixel_bytes = sizeof(float) * FLOATS,
                                   .row_bytes = sizeof(float) * FLOATS,
                                   .bytes = sizeof(float) * FLOATS};
static const mobilith_operand operands[] = {{0, MOBILITH_SPACE_INPUT, 0},
                                            {0, MOBILITH_SPACE_WEIGHTS, 0},
                                            {0, MOBILITH_SPACE_ARENA, 0},
                                            {0, MOBILITH_SPACE_OUTPUT, 0}};
static const mobilith_step step = {.kernel = kernel, .name = "step", .kernel_name = "kernel", .operands = 4};

static mobilith_variant variant = {
    .info = &info,
    .arena_bytes = sizeof(float) * TASKS * FLOATS,
    .scratch_bytes = 64,
    .worker_bytes = 64,
    .steps_count = 1,
    .operands_count = 4,
    .steps = &step,
    .operands = operands,
    .inputs_count = 1,
    .outputs_count = 1,
    .inputs = &port,
    .outputs = &port,
};
static mobilith_model model = {
    .abi_version = MOBILITH_ABI_VERSION,
    .struct_bytes = sizeof(mobilith_model),
    .variants_count = 1,
    .variants = &variant,
    .weights = (const uint8_t *)weights,
    .weights_bytes = sizeof weights,
};

/* Enough to be copied into large pages; zero behind what the kernel reads. */
static _Alignas(64) float many_weights[3 << 18] = {0, 1, 2, 3};

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
  require(mobilith_session_create(&model, options, &session) == MOBILITH_OK, what);
  for (int i = 0; i < 200; i++) require(right(session), what);
  mobilith_session_destroy(session);
}

#if defined(HAS_FORK)
static void run_in_children(const mobilith_options *options) {
  for (int i = 0; i < 10; i++) {
    mobilith_session *session;
    require(mobilith_session_create(&model, options, &session) == MOBILITH_OK && right(session), "forked");
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      const int well = i % 2 == 0 || right(session);
      mobilith_session_destroy(session);
      _exit(!well);
    }
    int status = 1;
    require(child > 0 && waitpid(child, &status, 0) == child && status == 0, "a child runs and destroys");
    require(right(session), "and its parent does");
    mobilith_session_destroy(session);
  }
}
#endif

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
    variant.cpu_features = UINT64_C(1) << bit;
    if (mobilith_session_create(&model, NULL, &session) == MOBILITH_OK) features |= variant.cpu_features;
    mobilith_session_destroy(session);
  }
  variant.cpu_features = 0;
  return features;
}

static void weights_from_file(const char *folder) {
  char path[4096];
  mobilith_weights_header header = {
      .version = MOBILITH_WEIGHTS_VERSION, .header_bytes = sizeof header, .bytes = sizeof weights};
  mobilith_options options;
  mobilith_session *session;
  mobilith_options_init(&options);
  memcpy(header.magic, MOBILITH_WEIGHTS_MAGIC, sizeof header.magic);
  model.weights_checksum = header.checksum =
      mobilith_weights_checksum((const uint8_t *)weights, sizeof weights);
  model.weights = NULL;
  snprintf(path, sizeof path, "%s/weights", folder);
  options.weights_file = path;
  require(mobilith_session_create(&model, &options, &session) == MOBILITH_NO_WEIGHTS, "no weights file");
  FILE *file = fopen(path, "wb");
  require(file && fwrite(&header, sizeof header, 1, file) == 1, path);
  require(fwrite(weights, sizeof weights, 1, file) == 1 && fclose(file) == 0, path);
  run_often(&options, "weights from a file");
  file = fopen(path, "r+b");
  require(file && fseek(file, sizeof header, SEEK_SET) == 0 && fputc(1, file) == 1 && fclose(file) == 0,
          path);
  require(mobilith_session_create(&model, &options, &session) == MOBILITH_WRONG_WEIGHTS, "damaged weights");
  require(remove(path) == 0, "nothing holds the weights file");
}

/* Whether the system has such pages or not, the option is taken. */
static void large_pages(void) {
  mobilith_options options;
  mobilith_options_init(&options);
  options.large_pages = 1;
  model.weights = (const uint8_t *)many_weights;
  model.weights_bytes = sizeof many_weights;
  run_often(&options, "large pages");
  model.weights = (const uint8_t *)weights;
  model.weights_bytes = sizeof weights;
}

int main(int count, char **arguments) {
  mobilith_options options;
  int profiled = 0;
  require(count == 2, "usage: check FOLDER");
  mobilith_options_init(&options);
  run_often(&options, "one thread");
  large_pages();

  options.profile = note;
  options.profile_context = &profiled;
  run_often(&options, "profiled");
  require(profiled == 200, "each run is profiled");

  mobilith_options_init(&options);
  options.threads = 4;
#if defined(__wasm__)
  mobilith_session *session;
  require(mobilith_session_create(&model, &options, &session) == MOBILITH_THREAD_FAILURE,
          "no threads here, and it says so");
#else
  run_often(&options, "four threads");
#endif
#if defined(HAS_FORK)
  run_in_children(&options);
#endif
  options.parallel_for = backwards;
  run_often(&options, "the caller's executor");

  const uint64_t features = features_here();
  weights_from_file(arguments[1]);

  printf("%llx\nok\n", (unsigned long long)features);
  return 0;
}
