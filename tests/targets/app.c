/* The least application: for links that nobody runs, without any system's headers. */
#include MODEL_HEADER

static float input[1 << 16], output[1 << 10];

int main(void) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  mobilith_options options;
  mobilith_session *session;
  mobilith_status status;
  mobilith_options_init(&options);
  options.threads = 2;
  status = mobilith_session_create(&MODEL, &options, &session);
  if (status == MOBILITH_OK && mobilith_session_bytes(&MODEL, &options) != 0 && info)
    status = mobilith_run(session, input, info->input_bytes, output, info->output_bytes);
  mobilith_session_destroy(session);
  return mobilith_status_message(status)[0] == 0;
}
