/* Runs a generated library on the formula's input, in C99, and writes every block's output and the result as
 * text:
 *   cpu NAME
 *   block NAME HEIGHT WIDTH CHANNELS MEAN MAX_ABS FIRST...    (up to 16 first values)
 *   output VALUE...
 * Built with the flags of pkg-config alone. Usage: golden_runner THREADS [WEIGHTS_FILE]. Where the runtime
 * refuses, "status N: its message" goes to standard error, and the exit code is 1. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER

static double formula(uint64_t index) {
  uint64_t hash = 0xcbf29ce484222325u, x;
  const char *name;
  for (name = "input"; *name; name++) hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
  x = hash + index + 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  return (double)(x >> 40) / 16777216.0;
}

static void probe(void *context, const mobilith_profile *p) {
  const float *values = p->output;
  const int pixels = p->output_height * p->output_width,
            first = pixels * p->output_channels < 16 ? pixels * p->output_channels : 16;
  double sum = 0.0, largest = 0.0;
  int pixel, channel;
  (void)context;
  for (pixel = 0; pixel < pixels; pixel++)
    for (channel = 0; channel < p->output_channels; channel++) {
      const double value = values[pixel * p->output_channel_stride + channel];
      sum += value;
      if (fabs(value) > largest) largest = fabs(value);
    }
  printf("block %s %d %d %d %.9g %.9g", p->name, (int)p->output_height, (int)p->output_width,
         (int)p->output_channels, sum / ((double)pixels * p->output_channels), largest);
  for (channel = 0; channel < first; channel++)
    printf(" %.9g",
           values[channel / p->output_channels * p->output_channel_stride + channel % p->output_channels]);
  printf("\n");
}

int main(int count, char **arguments) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  mobilith_options options;
  mobilith_session *session;
  mobilith_status status;
  float *input, *output;
  size_t i;
  if (!info || count < 2 || count > 3) return 2;
  input = malloc(info->input_bytes);
  output = malloc(info->output_bytes);
  if (!input || !output) return 2;
  for (i = 0; i < info->input_bytes / sizeof *input; i++) input[i] = (float)(2.0 * formula(i) - 1.0);
  mobilith_options_init(&options);
  options.threads = atoi(arguments[1]);
  options.profile = probe;
  if (count == 3) options.weights_file = arguments[2];
  printf("cpu %s\n", info->cpu);
  status = mobilith_session_create(&MODEL, &options, &session);
  if (status == MOBILITH_OK)
    status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "status %d: %s\n", (int)status, mobilith_status_message(status));
    return 1;
  }
  printf("output");
  for (i = 0; i < info->output_bytes / sizeof *output; i++) printf(" %.9g", output[i]);
  printf("\n");
  mobilith_session_destroy(session);
  free(input);
  free(output);
  return 0;
}
