#include "old_caller.h"

#include <string.h>

#include "data/mobilith_0_1_0.h"

size_t old_options_bytes(void) { return sizeof(mobilith_options); }

void old_init(void *options, int threads) {
  mobilith_options *mine = options;
  mobilith_options_init(mine);
  mine->threads = threads;
}

int old_run(const void *model, const void *options, const float *input, float *output, size_t count) {
  mobilith_session *session;
  const size_t bytes = count * sizeof *input;
  mobilith_status status = mobilith_session_create(model, options, &session);
  if (status == MOBILITH_OK) status = mobilith_run(session, input, bytes, output, bytes);
  mobilith_session_destroy(session);
  return (int)status;
}

size_t old_session_bytes(const void *model, const void *options) {
  return mobilith_session_bytes(model, options);
}

int old_info(const void *model, const char *name, size_t input_bytes, int vector_bits) {
  const mobilith_model_info *info = mobilith_model_describe(model);
  return info && strcmp(info->name, name) == 0 && info->input_bytes == input_bytes &&
         info->vector_bits == vector_bits;
}

static void see(void *context, const mobilith_profile *profile) {
  int *seen = context;
  if (profile->index == *seen && profile->output_channel_stride == profile->output_channels) ++*seen;
}

int old_profile(const void *model, void *options, const float *input, float *output, size_t count,
                int kernels) {
  mobilith_options *mine = options;
  int seen = 0;
  mobilith_options_init(mine);
  mine->profile = see;
  mine->profile_context = &seen;
  return old_run(model, mine, input, output, count) == MOBILITH_OK && seen == kernels;
}
