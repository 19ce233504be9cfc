/* Two libraries in one program or shared object, C99. Prints the best class of each for a grey picture. */
#include <stdio.h>
#include <stdlib.h>

#include "package_v1.h"
#include "package_v2.h"

static int best(const mobilith_model *model) {
  const mobilith_model_info *info = mobilith_model_describe(model);
  mobilith_session *session;
  float *input, *output;
  int i, found = 0;
  if (!info || mobilith_session_create(model, NULL, &session) != MOBILITH_OK) return -1;
  input = calloc(info->input_bytes, 1);
  output = calloc(info->output_bytes, 1);
  if (mobilith_run(session, input, info->input_bytes, output, info->output_bytes) != MOBILITH_OK) return -1;
  for (i = 1; i < info->classes; i++)
    if (output[i] > output[found]) found = i;
  mobilith_session_destroy(session);
  free(input);
  free(output);
  return found;
}

int both(int *first, int *second) {
  *first = best(&package_v1);
  *second = best(&package_v2);
  return *first >= 0 && *second >= 0;
}

#ifndef SHARED
int main(void) {
  int first, second;
  if (!both(&first, &second)) return 1;
  printf("%d %d\n", first, second);
  return 0;
}
#endif
