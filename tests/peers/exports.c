/* What the race calls of our library, whose own symbols a shared object does not export. */
#include <net.h>

void net_options_init(mobilith_options *options) { mobilith_options_init(options); }

mobilith_status net_session_create(const mobilith_options *options, mobilith_session **session) {
  return mobilith_session_create(&net, options, session);
}

mobilith_status net_run(mobilith_session *session, const void *input, size_t input_bytes, void *output,
                        size_t output_bytes) {
  return mobilith_run(session, input, input_bytes, output, output_bytes);
}

const char *net_status_message(mobilith_status status) { return mobilith_status_message(status); }
