/* Images from the standard input, one after the other, each as the model takes it; the outputs so, until the
 * images end. MODEL: the library's symbol. */
#include <mobilith.h>
#include <stdio.h>
#include <stdlib.h>

extern const mobilith_model MODEL;

int main(void) {
  const mobilith_model_info *info = mobilith_model_describe(&MODEL);
  unsigned char *image = malloc(info->input_bytes), *output = malloc(info->output_bytes);
  mobilith_session *session = NULL;
  mobilith_status status =
      image && output ? mobilith_session_create(&MODEL, NULL, &session) : MOBILITH_OUT_OF_MEMORY;
  while (status == MOBILITH_OK && fread(image, 1, info->input_bytes, stdin) == info->input_bytes) {
    status = mobilith_run(session, image, info->input_bytes, output, info->output_bytes);
    if (status == MOBILITH_OK) fwrite(output, 1, info->output_bytes, stdout);
  }
  mobilith_session_destroy(session);
  free(image);
  free(output);
  if (status != MOBILITH_OK) fprintf(stderr, "%s\n", mobilith_status_message(status));
  return status == MOBILITH_OK ? 0 : 1;
}
