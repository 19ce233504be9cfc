/* Which of a model's variants this process uses. Decided anew at each question, from what never changes while
 * it runs: the CPU, and the environment unless the program changes that. */
#ifndef MOBILITH_VARIANTS_H
#define MOBILITH_VARIANTS_H

#include <stdlib.h>
#include <string.h>

#include "cpu.h"

/* Null: none fits. */
static const mobilith_variant *fitting_variant(const mobilith_model *model) {
  const uint64_t features = cpu_features();
  const char *forced = getenv("MOBILITH_CPU");
  if (forced && !*forced) forced = NULL;
  /* The CPU that a variant is named after is here; else one that does without some of its features. */
  for (int strict = 1; strict >= 0; strict--)
    for (uint32_t i = 0; i < model->variants_count; i++) {
      const mobilith_variant *variant = &model->variants[i];
      const uint64_t wanted = variant->cpu_features | (strict ? variant->cpu_identity : 0);
      if ((wanted & ~features) == 0 && (!forced || strcmp(forced, variant->info->cpu) == 0)) return variant;
    }
  return NULL;
}

#endif
