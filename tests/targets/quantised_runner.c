/* Runs quantised models, each on an image that the test wrote, and prints a line of bytes for each, in
 * hexadecimal. quantised_cases.h has a CASE(model, image) for each, and the images. */
#include <mobilith.h>
#include <stdio.h>
#include <stdlib.h>

#define CASE(name, image) extern const mobilith_model name;
#define IMAGE(name, ...) static const unsigned char name[] = {__VA_ARGS__};
#include "quantised_cases.h"
#undef CASE
#undef IMAGE

static void run(const mobilith_model *model, const unsigned char *image, size_t bytes) {
  const mobilith_model_info *info = mobilith_model_describe(model);
  unsigned char *output = malloc(info->output_bytes);
  mobilith_session *session = NULL;
  mobilith_status status = output ? mobilith_session_create(model, NULL, &session) : MOBILITH_OUT_OF_MEMORY;
  size_t i;
  if (status == MOBILITH_OK) status = mobilith_run(session, image, bytes, output, info->output_bytes);
  mobilith_session_destroy(session);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "%s: %s\n", info->name, mobilith_status_message(status));
    exit(1);
  }
  for (i = 0; i < info->output_bytes; i++) printf("%02x", output[i]);
  printf("\n");
  free(output);
}

int main(void) {
#define CASE(name, image) run(&name, image, sizeof image);
#define IMAGE(name, ...)
#include "quantised_cases.h"
  return 0;
}
