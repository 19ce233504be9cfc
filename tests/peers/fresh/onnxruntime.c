/* MODEL INPUT SIDE: one inference by ONNX Runtime's C interface. The wheel brings no header, so the table of
 * functions, whose order is frozen, is called by position (onnxruntime_c_api.h, struct OrtApi). */
#include "first_result.h"

typedef struct OrtApiBase {
  void *const *(*get_api)(uint32_t version);
  const char *(*version)(void);
} OrtApiBase;
extern const OrtApiBase *OrtGetApiBase(void);

enum {
  GetErrorMessage = 2,
  CreateEnv = 3,
  DisableTelemetry = 6,
  CreateSession = 7,
  Run = 9,
  CreateSessionOptions = 10,
  SetGraphOptimizationLevel = 23,
  SetIntraOpNumThreads = 24,
  SetInterOpNumThreads = 25,
  CreateTensorWithData = 49,
  GetTensorMutableData = 51,
  CreateCpuMemoryInfo = 69
};
enum {
  API_VERSION = 1,
  LOG_WARNING = 2,
  OPTIMIZE_ALL = 99,
  ARENA_ALLOCATOR = 1,
  MEMORY_DEFAULT = 0,
  FLOAT32 = 1
};

static void *const *api;

static void check(void *status) {
  if (status) fail(((const char *(*)(void *))api[GetErrorMessage])(status));
}

int main(int argc, char **argv) {
  if (argc != 4) fail("usage: onnxruntime MODEL INPUT SIDE");
  const int64_t side = atoi(argv[3]), shape[] = {1, 3, side, side};
  const size_t count = (size_t)(3 * side * side);
  float *input = malloc(count * sizeof *input), *logits;
  read_input(argv[2], input, count);

  api = OrtGetApiBase()->get_api(API_VERSION);
  void *env, *options, *session, *memory, *entry, *result = NULL;
  check(((void *(*)(int, const char *, void **))api[CreateEnv])(LOG_WARNING, "race", &env));
  check(((void *(*)(void *))api[DisableTelemetry])(env));
  check(((void *(*)(void **))api[CreateSessionOptions])(&options));
  check(((void *(*)(void *, int))api[SetGraphOptimizationLevel])(options, OPTIMIZE_ALL));
  check(((void *(*)(void *, int))api[SetIntraOpNumThreads])(options, 1));
  check(((void *(*)(void *, int))api[SetInterOpNumThreads])(options, 1));
  check(((void *(*)(void *, const char *, void *, void **))api[CreateSession])(env, argv[1], options,
                                                                               &session));
  check(((void *(*)(int, int, void **))api[CreateCpuMemoryInfo])(ARENA_ALLOCATOR, MEMORY_DEFAULT, &memory));
  check(((void *(*)(void *, void *, size_t, const int64_t *, size_t, int, void **))api[CreateTensorWithData])(
      memory, input, count * sizeof *input, shape, 4, FLOAT32, &entry));
  const char *inputs[] = {"input"}, *outputs[] = {"logits"};
  check(((void *(*)(void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t,
                    void **))api[Run])(session, NULL, inputs, &entry, 1, outputs, 1, &result));
  check(((void *(*)(void *, void **))api[GetTensorMutableData])(result, (void **)&logits));
  report(logits);
  return 0;
}
