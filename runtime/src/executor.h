/* One run: the model's steps in order, their operands turned into addresses. */
#ifndef MOBILITH_EXECUTOR_H
#define MOBILITH_EXECUTOR_H

#include "clock.h"
#include "ports.h"
#include "session.h"

typedef struct executor_call {
  struct mobilith_session *session;
  loop *l;
} executor_call;

/* The caller's executor runs one of these per lane; all at once, one after the other, in any order. The
 * threads are the caller's: they get their float mode back. */
static void executor_lane(void *context, int32_t i) {
  executor_call *call = context;
  if (i < 0 || i >= call->session->options.threads) return;
  const uint64_t mode = float_mode();
  set_float_mode(call->l->mode);
  loop_work(call->l, &call->session->lanes[i]);
  set_float_mode(mode);
}

static int32_t parallel_lanes(mobilith_worker *worker, mobilith_task task, int32_t min, int32_t count,
                              uint8_t *closure) {
  struct mobilith_session *session = ((lane *)worker)->session;
  if (count <= 1 || session->alone) return parallel_serial(worker, task, min, count, closure);
  loop l = {.task = task, .closure = closure, .min = min, .count = count, .mode = float_mode()};
  atomic_init(&l.next, 0);
  atomic_init(&l.result, 0);
  if (session->options.parallel_for) {
    executor_call call = {session, &l};
    session->outside = 1;
    session->options.parallel_for(session->options.parallel_for_context, session->options.threads,
                                  executor_lane, &call);
    session->outside = 0;
    if (notice_fork(session)) session->runs++; /* tasks that others had begun are lost: see execute() */
    loop_work(&l, &session->lanes[0]); /* what an executor that skipped lanes left over; mostly nothing */
  } else {
#ifndef MOBILITH_NO_THREADS
    pool_run(&session->workers, &l, &session->lanes[0]);
#endif
  }
  return atomic_load_explicit(&l.result, memory_order_relaxed);
}

static void report(struct mobilith_session *session, uint32_t index, double seconds, const void *output) {
  const mobilith_step *step = &session->variant->steps[index];
  const mobilith_profile profile = {
      .index = (int32_t)index,
      .name = step->name,
      .kernel = step->kernel_name,
      .seconds = seconds,
      .madds = step->madds,
      .bytes = step->bytes,
      .output = output,
      .output_height = step->output_height,
      .output_width = step->output_width,
      .output_channels = step->output_channels,
      .output_channel_stride = step->output_channel_stride,
      .struct_bytes = sizeof profile,
  };
  session->outside = 1;
  session->options.profile(session->options.profile_context, &profile);
  session->outside = 0;
  notice_fork(session); /* between two steps: a child goes on from here */
}

/* Kernels write only where the plan says; the casts away from const are for the shared type. */
static uint8_t *address(const struct mobilith_session *session, const mobilith_operand *operand,
                        const void *const *inputs, void *const *outputs) {
  switch (operand->space) {
    case MOBILITH_SPACE_INPUT:
      return (uint8_t *)(uintptr_t)inputs[operand->port] + operand->offset;
    case MOBILITH_SPACE_OUTPUT:
      return (uint8_t *)outputs[operand->port] + operand->offset;
    case MOBILITH_SPACE_FRAME:
      return (uint8_t *)(uintptr_t)session->frame;
    case MOBILITH_SPACE_ARENA:
      return session->memory + operand->offset;
    default:
      return (uint8_t *)(uintptr_t)session->weights + (operand->offset - session->weights_begin);
  }
}

static mobilith_status execute(struct mobilith_session *session, const void *const *inputs,
                               void *const *outputs) {
  const mobilith_variant *variant = session->variant;
  const uint32_t run = ++session->runs;
  uint32_t copies = 0;
  for (uint32_t i = 0; i < variant->steps_count; i++) {
    const mobilith_step *step = &variant->steps[i];
    void *operands[MOBILITH_MAX_OPERANDS];
    for (uint32_t o = 0; o < step->operands; o++)
      operands[o] = address(session, &variant->operands[step->first_operand + o], inputs, outputs);
    const int profiled = session->options.profile != NULL;
    const double start = profiled ? now_seconds() : 0.0;
    if (step->kernel(&session->lanes[0].worker, operands) != 0) return MOBILITH_KERNEL_FAILURE;
    const double seconds = profiled ? now_seconds() - start : 0.0;
    for (; copies < variant->copies_count && variant->copies[copies].step == i; copies++) {
      const mobilith_copy *copy = &variant->copies[copies];
      copy_output(copy, port_at(variant->outputs, copy->port), session->memory, outputs[copy->port]);
    }
    if (profiled) report(session, i, seconds, operands[step->operands - 1]);
    /* Our caller's code forked, and used the session in the child: our activations are gone. */
    if (session->runs != run) return MOBILITH_BUSY;
  }
  return MOBILITH_OK;
}

#endif
