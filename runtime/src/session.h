/* A session: one model, its memory, its lanes, the process that it is in. */
#ifndef MOBILITH_SESSION_H
#define MOBILITH_SESSION_H

#include "mapping.h"
#include "options.h"
#include "pool.h"
#include "process.h"

struct mobilith_session {
  const mobilith_variant *variant; /* of the model: the kernels for this CPU */
  const uint8_t *weights;          /* 64-byte aligned: those from weights_begin on */
  uint64_t weights_begin;          /* 0, but of a copy */
  uint8_t *copied;                 /* what to free, where they are the session's own copy */
  mapping mapped;                  /* what holds them, where that is a file */
  mobilith_options options;
  uint8_t *memory;    /* [activations][scratch of lane 0][scratch of each further lane] */
  uint8_t *allocated; /* what to free, where the memory is the session's own */
  lane *lanes;        /* options.threads of them */
  int calls_out;      /* has more threads than one, or a callback: home is marked */
  process_mark home;
  int alone;                            /* in a child of the process that made it: no threads, no executor */
  int outside;                          /* while the caller's callback or executor runs */
  int doomed;                           /* destroyed meanwhile: goes when the run returns */
  uint32_t runs;                        /* begun so far */
  int32_t frame[MOBILITH_FRAME_VALUES]; /* of the run that is going on */
#ifndef MOBILITH_NO_THREADS
  pool workers;
  int has_workers;
#endif
};

/* Whether the model is one that this runtime can run at all. */
static mobilith_status check_model(const mobilith_model *model) {
  if (!model) return MOBILITH_INVALID_ARGUMENT;
  const uint32_t version = model->abi_version; /* which of the two: tables.h */
  if ((version != MOBILITH_ABI_VERSION && version != MOBILITH_ABI_FRAMES) ||
      model->struct_bytes != sizeof *model || model->variants_count == 0 || !model->variants)
    return MOBILITH_WRONG_VERSION;
  return MOBILITH_OK;
}

/* To be asked before anything that needs the session's threads. True where this is a child that had not been
 * asked yet: of what other threads did, nothing goes on. Touches neither locks nor the heap. */
static int notice_fork(struct mobilith_session *session) {
  if (!session->calls_out || !marked_elsewhere(&session->home)) return 0;
  mark_process(&session->home);
  session->alone = 1;
  session->outside = 0;
  return 1;
}

/* SIZE_MAX where no memory of this machine is that large. */
static size_t memory_bytes(const mobilith_variant *variant, int32_t threads) {
  const uint64_t bytes =
      variant->arena_bytes + variant->scratch_bytes + (uint64_t)(threads - 1) * variant->worker_bytes;
  return bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}

#endif
