/* Runs a generated library on images from files, in C99, and writes every output as text:
 *   output NAME HEIGHT WIDTH CHANNELS VALUE...
 * Built with the flags of pkg-config alone. Usage: library_runner THREADS FILE...; a file holds the image's
 * floats, (y, x, c). */
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER

static int run(mobilith_session *session, const mobilith_model_info *info, const char *path) {
  const mobilith_port *image = mobilith_model_input(&MODEL, 0);
  void *input = malloc(image->bytes), **outputs = malloc((size_t)info->outputs * sizeof *outputs);
  size_t *sizes = malloc((size_t)info->outputs * sizeof *sizes), i;
  const void *inputs[1];
  mobilith_status status;
  FILE *file = fopen(path, "rb");
  int o;
  if (!file || !input || !outputs || !sizes) return 2;
  if (fread(input, 1, image->bytes, file) != image->bytes || fgetc(file) != EOF) {
    fprintf(stderr, "%s does not have the image's %lu bytes\n", path, (unsigned long)image->bytes);
    return 2;
  }
  fclose(file);
  inputs[0] = input;
  for (o = 0; o < info->outputs; o++) {
    sizes[o] = mobilith_model_output(&MODEL, o)->bytes;
    outputs[o] = malloc(sizes[o]);
    if (!outputs[o]) return 2;
  }
  status = mobilith_run_ports(session, 1, inputs, &image->bytes, (size_t)info->outputs, outputs, sizes);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "status %d: %s\n", (int)status, mobilith_status_message(status));
    return 1;
  }
  for (o = 0; o < info->outputs; o++) {
    const mobilith_port *port = mobilith_model_output(&MODEL, o);
    const float *values = outputs[o];
    printf("output %s %d %d %d", port->name, (int)port->height, (int)port->width, (int)port->channels);
    for (i = 0; i < sizes[o] / sizeof *values; i++) printf(" %.9g", values[i]);
    printf("\n");
    free(outputs[o]);
  }
  free(sizes);
  free(outputs);
  free(input);
  return 0;
}

int main(int count, char **arguments) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  mobilith_options options;
  mobilith_session *session;
  int i, failed = 0;
  if (!info || info->inputs != 1 || count < 3) return 2;
  mobilith_options_init(&options);
  options.threads = atoi(arguments[1]);
  if (mobilith_session_create(&MODEL, &options, &session) != MOBILITH_OK) return 1;
  for (i = 2; i < count && !failed; i++) failed = run(session, info, arguments[i]);
  mobilith_session_destroy(session);
  return failed;
}
