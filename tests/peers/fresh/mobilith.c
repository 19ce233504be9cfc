/* INPUT: one inference by the generated library, linked statically. */
#include <net.h>

#include "first_result.h"

static float input[NET_INPUT_FLOATS], output[CLASSES];

int main(int argc, char **argv) {
  if (argc != 2) fail("usage: mobilith INPUT");
  read_input(argv[1], input, NET_INPUT_FLOATS);
  mobilith_session *session;
  mobilith_status status = mobilith_session_create(&net, NULL, &session);
  if (status == MOBILITH_OK) status = mobilith_run(session, input, sizeof input, output, sizeof output);
  if (status != MOBILITH_OK) fail(mobilith_status_message(status));
  report(output);
  mobilith_session_destroy(session);
  return 0;
}
