/* The runtime's one translation unit: only what mobilith.h declares leaves it, and that stays inside the
 * program or shared object which it is linked into, whatever flags compile it. Windows exports nothing by
 * itself. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* POSIX, and madvise */
#endif

#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility push(hidden)
#endif
#include "mobilith_abi.h"
#include "names_0_1_0.h"
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility pop
#endif

#include <stdlib.h>
#include <string.h>

#include "executor.h"
#include "frames.h"
#include "memory.h"
#include "ports.h"
#include "session.h"
#include "tables.h"
#include "variants.h"
#include "weights.h"
#include "weights_copy.h"

const char *mobilith_status_message(mobilith_status status) {
  static const char *const messages[] = {
      [MOBILITH_OK] = "no error",
      [MOBILITH_INVALID_ARGUMENT] = "invalid argument: null, threads not in 1 to 64, or misaligned memory",
      [MOBILITH_WRONG_SIZE] =
          "wrong size: inputs, outputs or memory bytes are not as many as the model needs",
      [MOBILITH_OUT_OF_MEMORY] = "out of memory",
      [MOBILITH_UNSUPPORTED_CPU] =
          "this CPU lacks an instruction set that the library needs, or MOBILITH_CPU names another CPU",
      [MOBILITH_WRONG_VERSION] = "the library and the runtime come from incompatible versions of mobilith",
      [MOBILITH_THREAD_FAILURE] = "the system refused a thread",
      [MOBILITH_KERNEL_FAILURE] = "a kernel reported an error",
      [MOBILITH_NO_WEIGHTS] = "the library's weights are in a file that is not named or can't be read",
      [MOBILITH_WRONG_WEIGHTS] = "the weights file is cut, damaged, of another version or of another library",
      [MOBILITH_BUSY] = "the session is in a run, whose callback or executor has used it",
      [MOBILITH_WRONG_STRIDE] =
          "wrong stride: a frame's rows or planes overlap, or are more than 2^31 bytes apart",
      [MOBILITH_WRONG_REGION] =
          "wrong region: expected one pixel or more, all in the frame, of a library that resizes",
  };
  const size_t count = sizeof messages / sizeof *messages;
  return (size_t)status < count ? messages[status] : "unknown status";
}

/* Where none fits, the least demanding: for questions that need an answer. */
static const mobilith_variant *variant_or_last(const mobilith_model *model) {
  const mobilith_variant *variant = fitting_variant(model);
  return variant ? variant : &model->variants[model->variants_count - 1];
}

const mobilith_model_info *mobilith_model_describe(const mobilith_model *model) {
  return check_model(model) == MOBILITH_OK ? variant_or_last(model)->info : NULL;
}

const mobilith_port *mobilith_model_input(const mobilith_model *model, int32_t index) {
  if (check_model(model) != MOBILITH_OK) return NULL;
  const mobilith_variant *variant = variant_or_last(model);
  return index >= 0 && (uint32_t)index < variant->inputs_count ? port_at(variant->inputs, (size_t)index)
                                                               : NULL;
}

const mobilith_port *mobilith_model_output(const mobilith_model *model, int32_t index) {
  if (check_model(model) != MOBILITH_OK) return NULL;
  const mobilith_variant *variant = variant_or_last(model);
  return index >= 0 && (uint32_t)index < variant->outputs_count ? port_at(variant->outputs, (size_t)index)
                                                                : NULL;
}

void mobilith_options_init(mobilith_options *options) {
  if (!options) return;
  memset(options, 0, OPTIONS_BYTES_0_1_0);
  options->threads = 1;
}

void mobilith_options_init_2(mobilith_options *options, size_t bytes) {
  if (!options) return;
  memset(options, 0, bytes);
  options->threads = 1;
  if (bytes > OPTIONS_BYTES_0_1_0) options->struct_bytes = bytes;
}

static size_t session_bytes(const mobilith_model *model, const mobilith_options *options, size_t bytes) {
  mobilith_options taken;
  if (check_model(model) != MOBILITH_OK || bytes == 0) return 0;
  if (take_options(options, bytes, &taken) != MOBILITH_OK) return 0;
  return memory_bytes(variant_or_last(model), taken.threads);
}

size_t mobilith_session_bytes(const mobilith_model *model, const mobilith_options *options) {
  return session_bytes(model, options, OPTIONS_BYTES_0_1_0);
}

size_t mobilith_session_bytes_2(const mobilith_model *model, const mobilith_options *options) {
  return session_bytes(model, options, options_bytes(options));
}

static mobilith_status take_memory(mobilith_session *session) {
  const mobilith_options *options = &session->options;
  const size_t bytes = memory_bytes(session->variant, options->threads);
  if (options->memory) {
    if ((uintptr_t)options->memory % ALIGNMENT != 0) return MOBILITH_INVALID_ARGUMENT;
    if (options->memory_bytes < bytes) return MOBILITH_WRONG_SIZE;
    session->memory = options->memory;
    return MOBILITH_OK;
  }
  int huge;
  session->memory = take_aligned(bytes, &session->allocated, &huge);
  return session->memory ? MOBILITH_OK : MOBILITH_OUT_OF_MEMORY;
}

static mobilith_status make_lanes(mobilith_session *session) {
  const mobilith_variant *variant = session->variant;
  const int32_t threads = session->options.threads;
  session->calls_out = threads > 1 || session->options.profile != NULL;
  if (session->calls_out) mark_process(&session->home);
  session->lanes = calloc((size_t)threads, sizeof *session->lanes);
  if (!session->lanes) return MOBILITH_OUT_OF_MEMORY;
  uint8_t *scratch = session->memory + variant->arena_bytes;
  for (int32_t i = 0; i < threads; i++) {
    lane *l = &session->lanes[i];
    l->session = session;
    l->worker.parallel = threads == 1 ? parallel_serial : parallel_lanes;
    l->worker.scratch_top = scratch;
    scratch += i == 0 ? variant->scratch_bytes : variant->worker_bytes;
    l->worker.scratch_end = scratch;
  }
  if (threads == 1 || session->options.parallel_for) return MOBILITH_OK;
#ifdef MOBILITH_NO_THREADS
  return MOBILITH_THREAD_FAILURE;
#else
  const mobilith_status status = pool_create(&session->workers, session->lanes + 1, threads - 1);
  session->has_workers = status == MOBILITH_OK;
  return status;
#endif
}

static mobilith_status session_create(const mobilith_model *model, const mobilith_options *options,
                                      size_t bytes, mobilith_session **session) {
  mobilith_options taken;
  mobilith_status status = check_model(model);
  if (status != MOBILITH_OK) return status;
  if (bytes == 0) return MOBILITH_INVALID_ARGUMENT;
  status = take_options(options, bytes, &taken);
  if (status != MOBILITH_OK) return status;
  if (!sound_tables(model)) return MOBILITH_WRONG_VERSION;
  const mobilith_variant *variant = fitting_variant(model);
  if (!variant) return MOBILITH_UNSUPPORTED_CPU;
  mobilith_session *made = calloc(1, sizeof *made);
  if (!made) return MOBILITH_OUT_OF_MEMORY;
  made->variant = variant;
  made->options = taken;
  status = find_weights(model, &made->options, &made->weights, &made->mapped);
  if (status == MOBILITH_OK) status = take_memory(made);
  if (status == MOBILITH_OK && taken.large_pages) copy_weights(made, model);
  if (status == MOBILITH_OK) status = make_lanes(made);
  if (status != MOBILITH_OK) {
    mobilith_session_destroy(made);
    return status;
  }
  *session = made;
  return MOBILITH_OK;
}

mobilith_status mobilith_session_create(const mobilith_model *model, const mobilith_options *options,
                                        mobilith_session **session) {
  if (!session) return MOBILITH_INVALID_ARGUMENT;
  *session = NULL;
  return session_create(model, options, OPTIONS_BYTES_0_1_0, session);
}

mobilith_status mobilith_session_create_2(const mobilith_model *model, const mobilith_options *options,
                                          mobilith_session **session) {
  if (!session) return MOBILITH_INVALID_ARGUMENT;
  *session = NULL;
  return session_create(model, options, options_bytes(options), session);
}

mobilith_status mobilith_run(mobilith_session *session, const void *input, size_t input_bytes, void *output,
                             size_t output_bytes) {
  if (!session) return MOBILITH_INVALID_ARGUMENT;
  return mobilith_run_ports(session, 1, &input, &input_bytes, 1, &output, &output_bytes);
}

/* frame: what the one input is; null: a tensor. */
static mobilith_status run_checked(mobilith_session *session, const void *const *inputs,
                                   const mobilith_frame *frame, void *const *outputs) {
  notice_fork(session);
  if (session->outside) return MOBILITH_BUSY;
  if (frame) {
    int32_t values[MOBILITH_FRAME_VALUES];
    const mobilith_status status =
        check_frame(session->variant->inputs, session->variant->resizes, frame, values);
    if (status != MOBILITH_OK) return status;
    memcpy(session->frame, values, sizeof values);
  }
  const mobilith_status ended = execute(session, inputs, outputs);
  if (session->doomed) mobilith_session_destroy(session);
  return ended;
}

mobilith_status mobilith_run_ports(mobilith_session *session, size_t inputs_count, const void *const *inputs,
                                   const size_t *input_bytes, size_t outputs_count, void *const *outputs,
                                   const size_t *output_bytes) {
  if (!session || !inputs || !input_bytes || !outputs || !output_bytes) return MOBILITH_INVALID_ARGUMENT;
  const mobilith_variant *variant = session->variant;
  if (inputs_count != variant->inputs_count || outputs_count != variant->outputs_count)
    return MOBILITH_WRONG_SIZE;
  mobilith_status status = check_buffers(variant->inputs, inputs_count, inputs, input_bytes);
  if (status == MOBILITH_OK)
    status = check_buffers(variant->outputs, outputs_count, (const void *const *)outputs, output_bytes);
  if (status != MOBILITH_OK) return status;
  if (port_format(variant->inputs) == MOBILITH_NO_FRAME) return run_checked(session, inputs, NULL, outputs);
  const mobilith_frame frame = whole_frame(variant->inputs, inputs[0]);
  return run_checked(session, inputs, &frame, outputs);
}

mobilith_status mobilith_run_frame(mobilith_session *session, const mobilith_frame *frame,
                                   size_t outputs_count, void *const *outputs, const size_t *output_bytes) {
  if (!session || !frame || !outputs || !output_bytes) return MOBILITH_INVALID_ARGUMENT;
  const mobilith_variant *variant = session->variant;
  if (port_format(variant->inputs) == MOBILITH_NO_FRAME) return MOBILITH_INVALID_ARGUMENT;
  if (outputs_count != variant->outputs_count) return MOBILITH_WRONG_SIZE;
  const mobilith_status status =
      check_buffers(variant->outputs, outputs_count, (const void *const *)outputs, output_bytes);
  if (status != MOBILITH_OK) return status;
  return run_checked(session, &frame->pixels, frame, outputs);
}

void mobilith_session_destroy(mobilith_session *session) {
  if (!session) return;
  notice_fork(session);
  if (session->outside) {
    session->doomed = 1; /* a run of ours is below on this stack */
    return;
  }
#ifndef MOBILITH_NO_THREADS
  if (session->has_workers) (session->alone ? pool_abandon : pool_destroy)(&session->workers);
#endif
  if (session->calls_out) unmark_process(&session->home);
  unmap_file(&session->mapped);
  free(session->lanes);
  free(session->allocated);
  free(session->copied);
  free(session);
}
