/* A session: one model, its memory, its lanes. */
#ifndef MOBILITH_SESSION_H
#define MOBILITH_SESSION_H

#include "mapping.h"
#include "pool.h"

#define MAX_THREADS 64

struct mobilith_session {
  const mobilith_variant *variant; /* of the model: the kernels for this CPU */
  const uint8_t *weights;          /* 64-byte aligned */
  mapping mapped;                  /* what holds them, where that is a file */
  mobilith_options options;
  uint8_t *memory;    /* [activations][scratch of lane 0][scratch of each further lane] */
  uint8_t *allocated; /* what to free, where the memory is the session's own */
  lane *lanes;        /* options.threads of them */
#ifndef MOBILITH_NO_THREADS
  pool workers;
  int has_workers;
#endif
};

/* Whether the model is one that this runtime can run at all. */
static mobilith_status check_model(const mobilith_model *model) {
  if (!model) return MOBILITH_INVALID_ARGUMENT;
  if (model->abi_version != MOBILITH_ABI_VERSION || model->struct_bytes != sizeof *model ||
      model->variants_count == 0)
    return MOBILITH_WRONG_VERSION;
  return MOBILITH_OK;
}

static size_t memory_bytes(const mobilith_variant *variant, int32_t threads) {
  return (size_t)(variant->arena_bytes + variant->scratch_bytes +
                  (uint64_t)(threads - 1) * variant->worker_bytes);
}

#endif
