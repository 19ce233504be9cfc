/* Runs blocks on inputs by formula with one element replaced, and prints what they write. special_cases.h,
 * which the test writes, has a CASE(model, pixels, channels, element, bits) for each: element -1 replaces
 * nothing. Prints a line for each: the output's floats, as bits in hexadecimal. */
#include <inttypes.h>
#include <mobilith.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL(name) extern const mobilith_model name;
#include "special_models.h"

static float *aligned(void **memory, size_t bytes) {
  *memory = calloc(bytes + 64, 1);
  if (!*memory) exit(3);
  return (float *)(((uintptr_t)*memory + 63) & ~(uintptr_t)63);
}

/* As formula() in test_specials.cpp: exact in binary, from -3 to 5. */
static float formula(uint32_t i) { return (float)(i * 2654435761u >> 8 & 0xffff) / 8192.0f - 3.0f; }

static void run(const mobilith_model *model, size_t pixels, size_t channels, long element, uint32_t bits) {
  const mobilith_model_info *info = mobilith_model_describe(model);
  const size_t stride = info->input_bytes / sizeof(float) / pixels;
  const size_t floats = info->output_bytes / sizeof(float);
  void *memory[2];
  float *input = aligned(&memory[0], info->input_bytes), *output = aligned(&memory[1], info->output_bytes);
  mobilith_session *session;
  mobilith_status status;
  size_t i;
  for (i = 0; i < pixels * channels; i++) {
    float value = formula((uint32_t)i);
    if ((long)i == element) memcpy(&value, &bits, sizeof value);
    input[i / channels * stride + i % channels] = value;
  }
  status = mobilith_session_create(model, NULL, &session);
  if (status == MOBILITH_OK)
    status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  mobilith_session_destroy(session);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "%s: %s\n", info->name, mobilith_status_message(status));
    exit(1);
  }
  for (i = 0; i < floats; i++) {
    uint32_t written;
    memcpy(&written, &output[i], sizeof written);
    printf("%08" PRIx32 " ", written);
  }
  printf("\n");
  free(memory[0]);
  free(memory[1]);
}

int main(void) {
#define CASE(model, pixels, channels, element, bits) run(&model, pixels, channels, element, bits);
#include "special_cases.h"
  return 0;
}
