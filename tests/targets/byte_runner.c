/* Runs models, each on bytes that the test wrote, and prints a line of all outputs' bytes for
 * each, in hexadecimal. byte_cases.h has a CASE(model, image) for each, and the images. */
#include <mobilith.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 4 }; /* outputs of a model */

#define CASE(name, image) extern const mobilith_model name;
#define IMAGE(name, ...) static const unsigned char name[] = {__VA_ARGS__};
#include "byte_cases.h"
#undef CASE
#undef IMAGE

static void run(const mobilith_model *model, const unsigned char *image, size_t bytes) {
  const mobilith_model_info *info = mobilith_model_describe(model);
  const void *images[1];
  unsigned char *outputs[MOST];
  void *given[MOST];
  size_t sizes[MOST], i;
  int k;
  mobilith_session *session = NULL;
  mobilith_status status = info->outputs <= MOST ? MOBILITH_OK : MOBILITH_WRONG_SIZE;
  images[0] = image;
  for (k = 0; k < info->outputs && status == MOBILITH_OK; k++) {
    sizes[k] = mobilith_model_output(model, k)->bytes;
    given[k] = outputs[k] = malloc(sizes[k]);
    if (!outputs[k]) status = MOBILITH_OUT_OF_MEMORY;
  }
  if (status == MOBILITH_OK) status = mobilith_session_create(model, NULL, &session);
  if (status == MOBILITH_OK)
    status = mobilith_run_ports(session, 1, images, &bytes, (size_t)info->outputs, given, sizes);
  mobilith_session_destroy(session);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "%s: %s\n", info->name, mobilith_status_message(status));
    exit(1);
  }
  for (k = 0; k < info->outputs; k++) {
    for (i = 0; i < sizes[k]; i++) printf("%02x", outputs[k][i]);
    free(outputs[k]);
  }
  printf("\n");
}

int main(void) {
#define CASE(name, image) run(&name, image, sizeof image);
#define IMAGE(name, ...)
#include "byte_cases.h"
  return 0;
}
