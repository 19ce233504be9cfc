/* A session's own copy of its weights, in huge pages: mobilith_options.large_pages. */
#ifndef MOBILITH_WEIGHTS_COPY_H
#define MOBILITH_WEIGHTS_COPY_H

#include <string.h>

#include "memory.h"
#include "session.h"

/* Bytes of a model's weights. */
typedef struct weights_part {
  uint64_t begin, end; /* begin: a multiple of 64 */
} weights_part;

/* Those that the variant's kernels read, and what lies between. Tables say where constants begin alone: the
 * last one ends where the next begins, of any variant. begin is end where it reads none. */
static weights_part part_of(const mobilith_model *model, const mobilith_variant *variant) {
  uint64_t first = model->weights_bytes, last = 0, end = model->weights_bytes;
  for (uint32_t i = 0; i < variant->operands_count; i++) {
    const mobilith_operand *operand = &variant->operands[i];
    if (operand->space != MOBILITH_SPACE_WEIGHTS) continue;
    if (operand->offset < first) first = operand->offset;
    if (operand->offset > last) last = operand->offset;
  }
  for (uint32_t v = 0; v < model->variants_count; v++)
    for (uint32_t i = 0; i < model->variants[v].operands_count; i++) {
      const mobilith_operand *operand = &model->variants[v].operands[i];
      if (operand->space == MOBILITH_SPACE_WEIGHTS && operand->offset > last && operand->offset < end)
        end = operand->offset;
    }
  return (weights_part){first == model->weights_bytes ? end : first - first % ALIGNMENT, end};
}

/* Leaves the weights where they are where a copy would have no huge page, or there is no memory for it: it
 * only makes runs slower. Behind find_weights: what it checked is what is copied. */
static void copy_weights(struct mobilith_session *session, const mobilith_model *model) {
#if defined(MADV_HUGEPAGE)
  const weights_part part = part_of(model, session->variant);
  const uint64_t bytes = part.end - part.begin; /* of what is in memory: a size_t holds it */
  int huge;
  if (bytes < HUGE_PAGE) return;
  uint8_t *copy = take_aligned((size_t)bytes, &session->copied, &huge);
  if (!copy) return;
  if (!huge) {
    free(session->copied);
    session->copied = NULL;
    return;
  }
  memcpy(copy, session->weights + part.begin, (size_t)bytes);
  session->weights = copy;
  session->weights_begin = part.begin;
  unmap_file(&session->mapped);
#else
  (void)session, (void)model, (void)part_of; /* no pages to ask for */
#endif
}

#endif
