/* MODEL INPUT SIDE: one inference by LiteRT's C interface on the CPU (XNNPACK). The wheel brings no headers:
 * what this needs of litert/c/ is declared here. */
#include "first_result.h"

typedef struct LiteRtLayout {
  unsigned rank : 7, has_strides : 1;
  int32_t dimensions[8];
  uint32_t strides[8];
} LiteRtLayout;

typedef struct LiteRtRankedTensorType {
  int32_t element_type;
  LiteRtLayout layout;
} LiteRtRankedTensorType;

enum { CPU = 1, FLOAT32 = 1, LOCK_READ = 0, LOCK_WRITE = 1 };

int LiteRtCreateEnvironment(int count, const void *options, void **environment);
int LiteRtCreateModelFromFile(void *environment, const char *path, void **model);
int LiteRtCreateOptions(void **options);
int LiteRtSetOptionsHardwareAccelerators(void *options, int accelerators);
int LiteRtCreateCompiledModel(void *environment, void *model, void *options, void **compiled);
int LiteRtGetCompiledModelInputBufferRequirements(void *compiled, size_t signature, size_t index,
                                                  void **requirements);
int LiteRtGetCompiledModelOutputBufferRequirements(void *compiled, size_t signature, size_t index,
                                                   void **requirements);
int LiteRtCreateManagedTensorBufferFromRequirements(void *environment, const LiteRtRankedTensorType *type,
                                                    void *requirements, void **buffer);
int LiteRtLockTensorBuffer(void *buffer, void **address, int mode);
int LiteRtUnlockTensorBuffer(void *buffer);
int LiteRtRunCompiledModel(void *compiled, size_t signature, size_t inputs, void **input, size_t outputs,
                           void **output);

static void check(int status) {
  if (status) fail("LiteRT's C interface reports an error");
}

int main(int argc, char **argv) {
  if (argc != 4) fail("usage: litert MODEL INPUT SIDE");
  const int side = atoi(argv[3]);
  const LiteRtRankedTensorType entry_type = {FLOAT32, {4, 0, {1, side, side, 3}, {0}}};
  const LiteRtRankedTensorType result_type = {FLOAT32, {2, 0, {1, CLASSES}, {0}}};
  void *environment, *model, *options, *compiled, *requirements, *entry, *result, *input, *logits;
  check(LiteRtCreateEnvironment(0, NULL, &environment));
  check(LiteRtCreateModelFromFile(environment, argv[1], &model));
  check(LiteRtCreateOptions(&options));
  check(LiteRtSetOptionsHardwareAccelerators(options, CPU));
  check(LiteRtCreateCompiledModel(environment, model, options, &compiled));
  check(LiteRtGetCompiledModelInputBufferRequirements(compiled, 0, 0, &requirements));
  check(LiteRtCreateManagedTensorBufferFromRequirements(environment, &entry_type, requirements, &entry));
  check(LiteRtGetCompiledModelOutputBufferRequirements(compiled, 0, 0, &requirements));
  check(LiteRtCreateManagedTensorBufferFromRequirements(environment, &result_type, requirements, &result));
  check(LiteRtLockTensorBuffer(entry, &input, LOCK_WRITE));
  read_input(argv[2], input, (size_t)(3 * side * side));
  check(LiteRtUnlockTensorBuffer(entry));
  check(LiteRtRunCompiledModel(compiled, 0, 1, &entry, 1, &result));
  check(LiteRtLockTensorBuffer(result, &logits, LOCK_READ));
  report(logits);
  return 0;
}
