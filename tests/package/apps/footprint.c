/* Runs a generated library once with one thread in each of as many sessions as the argument says (1), and
 * prints what the process needs: lines NAME VALUE, and those of /proc/self/status after the runs. */
#include <stdio.h>
#include <stdlib.h>

#include MODEL_HEADER

int main(int count, char **arguments) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  int sessions = count > 1 ? atoi(arguments[1]) : 1;
  mobilith_session *session; /* kept until the end */
  float *input = calloc(1, info->input_bytes), *output = calloc(1, info->output_bytes);
  mobilith_status status = MOBILITH_OK;
  FILE *proc;
  char line[256];
  for (; sessions > 0 && status == MOBILITH_OK; sessions--) {
    status = mobilith_session_create(&MODEL, NULL, &session);
    if (status == MOBILITH_OK)
      status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  }
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
