/* Runs a library of the name "net" as often as its argument says. */
#include <net.h>
#include <stdlib.h>

static float input[NET_INPUT_FLOATS], output[NET_CLASSES];

int main(int count, char** arguments) {
  mobilith_options options;
  mobilith_session* session;
  int runs = count > 1 ? atoi(arguments[1]) : 1;
  for (int i = 0; i < NET_INPUT_FLOATS; i++) input[i] = (float)(i % 255) / 128 - 1;
  mobilith_options_init(&options);
  options.threads = 1;
  if (mobilith_session_create(&net, &options, &session) != MOBILITH_OK) return 2;
  while (runs-- > 0)
    if (mobilith_run(session, input, sizeof input, output, sizeof output) != MOBILITH_OK) return 3;
  mobilith_session_destroy(session);
  return 0;
}
