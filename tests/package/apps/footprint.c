/* Runs a generated library once with one thread and prints what the process needs: lines NAME VALUE, and
 * those of /proc/self/status after the run. */
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER

int main(void) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  mobilith_session *session;
  float *input = calloc(1, info->input_bytes), *output = calloc(1, info->output_bytes);
  mobilith_status status = mobilith_session_create(&MODEL, NULL, &session);
  FILE *proc;
  char line[256];
  if (status == MOBILITH_OK)
    status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  if (status != MOBILITH_OK) {
    fprintf(stderr, "%s\n", mobilith_status_message(status));
    return 1;
  }
  printf("weights %lu\nsession %lu\n", (unsigned long)info->weights_bytes,
         (unsigned long)mobilith_session_bytes(&MODEL, NULL));
  proc = fopen("/proc/self/status", "r");
  while (proc && fgets(line, sizeof line, proc)) fputs(line, stdout);
  return 0;
}
