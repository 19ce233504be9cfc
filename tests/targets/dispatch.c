/* Counts the questions that runs put to the environment: "cpu NAME, Q questions in N runs".
 * Usage: dispatch N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include MODEL_HEADER

extern char **environ;
static int questions;

/* In front of libc's, for the runtime that is linked into this program. */
char *getenv(const char *name) {
  const size_t length = strlen(name);
  questions++;
  for (char **entry = environ; *entry; entry++)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return NULL;
}

int main(int count, char **arguments) {
  const int runs = count == 2 ? atoi(arguments[1]) : 1;
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  mobilith_session *session;
  if (!info || mobilith_session_create(&MODEL, NULL, &session) != MOBILITH_OK) return 1;
  float *input = calloc(info->input_bytes, 1), *output = calloc(info->output_bytes, 1);
  if (!input || !output || questions == 0) return 2; /* not even asked when the session was made */
  questions = 0;
  for (int i = 0; i < runs; i++)
    if (mobilith_run(session, input, info->input_bytes, output, info->output_bytes) != MOBILITH_OK) return 3;
  printf("cpu %s, %d questions in %d runs\n", info->cpu, questions, runs);
  mobilith_session_destroy(session);
  free(input);
  free(output);
  return 0;
}
