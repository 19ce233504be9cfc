/* The five best classes of one network for the input of tests/data/golden/README.md's formula, a line each:
 * class, value. C99. MODEL and MODEL_HEADER come from the build. Usage: best_five [THREADS]. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER

/* splitmix64 of the hash (FNV-1a) of "input" and the index: in [-1, 1). */
static float formula(uint64_t index) {
  uint64_t x = 0xcbf29ce484222325u;
  const char *letter;
  for (letter = "input"; *letter; letter++) x = (x ^ (unsigned char)*letter) * 0x100000001b3u;
  x += index + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  return (float)(2.0 * ((double)(x >> 40) / 16777216.0) - 1.0);
}

static mobilith_status run(int threads, float *input, float *output, const mobilith_model_info *info) {
  mobilith_options options;
  mobilith_session *session;
  mobilith_status status;
  mobilith_options_init(&options);
  options.threads = threads;
  status = mobilith_session_create(&MODEL, &options, &session);
  if (status == MOBILITH_OK)
    status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  mobilith_session_destroy(session);
  return status;
}

/* Prints the largest value and takes it out. */
static void print_best(float *values, int count) {
  int best = 0, i;
  for (i = 1; i < count; i++)
    if (values[i] > values[best]) best = i;
  printf("%d %.6g\n", best, values[best]);
  values[best] = -1e30f;
}

int main(int count, char **arguments) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  float *input, *output;
  mobilith_status status;
  size_t i;
  if (!info) {
    fprintf(stderr, "best_five: %s\n", mobilith_status_message(MOBILITH_WRONG_VERSION));
    return 1;
  }
  input = malloc(info->input_bytes);
  output = malloc(info->output_bytes);
  if (!input || !output) {
    fprintf(stderr, "best_five: out of memory\n");
    return 1;
  }
  for (i = 0; i < info->input_bytes / sizeof *input; i++) input[i] = formula(i);
  status = run(count > 1 ? atoi(arguments[1]) : 1, input, output, info);
  if (status != MOBILITH_OK)
    fprintf(stderr, "best_five: %s\n", mobilith_status_message(status));
  else
    for (i = 0; i < 5 && i < (size_t)info->classes; i++) print_best(output, info->classes);
  free(input);
  free(output);
  return status == MOBILITH_OK ? 0 : 1;
}
