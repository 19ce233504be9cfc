/* What Python sees of the network: a shared object keeps the network and the runtime to itself. */
#include <my_net.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT const mobilith_model_info *network_info(void) { return mobilith_model_describe(&my_net); }

EXPORT mobilith_status network_open(mobilith_session **session) {
  return mobilith_session_create(&my_net, NULL, session);
}

EXPORT mobilith_status network_run(mobilith_session *session, const float *input, size_t input_bytes,
                                   float *output, size_t output_bytes) {
  return mobilith_run(session, input, input_bytes, output, output_bytes);
}

EXPORT void network_close(mobilith_session *session) { mobilith_session_destroy(session); }

EXPORT const char *network_message(mobilith_status status) { return mobilith_status_message(status); }
