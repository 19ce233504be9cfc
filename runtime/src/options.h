/* Options as callers of any version give them. */
#ifndef MOBILITH_OPTIONS_H
#define MOBILITH_OPTIONS_H

#include <stddef.h>
#include <string.h>

#include "mobilith_abi.h"

#define MAX_THREADS 64

#define OPTIONS_BYTES_0_1_0 offsetof(mobilith_options, struct_bytes)

static int all_zero(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != 0) return 0;
  return 1;
}

/* The members of the first `bytes` of *given, which the caller has; the others zero. Null: one thread. */
static mobilith_status take_options(const mobilith_options *given, size_t bytes, mobilith_options *taken) {
  memset(taken, 0, sizeof *taken);
  taken->threads = 1;
  if (!given) return MOBILITH_OK;
  memcpy(taken, given, bytes < sizeof *taken ? bytes : sizeof *taken);
  if (taken->threads < 1 || taken->threads > MAX_THREADS) return MOBILITH_INVALID_ARGUMENT;
  /* A later caller's wishes must not go unheard. */
  if ((taken->large_pages != 0 && taken->large_pages != 1) || taken->reserved != 0)
    return MOBILITH_WRONG_VERSION;
  if (bytes > sizeof *taken && !all_zero((const uint8_t *)given + sizeof *taken, bytes - sizeof *taken))
    return MOBILITH_WRONG_VERSION;
  return MOBILITH_OK;
}

/* How much the caller has of a structure that says so. 0: of no version. Linux's openat2 takes its structure
 * in the same way. */
static size_t options_bytes(const mobilith_options *given) {
  const size_t least = OPTIONS_BYTES_0_1_0 + sizeof given->struct_bytes, most = 4096;
  if (!given || given->struct_bytes == 0) return OPTIONS_BYTES_0_1_0;
  return given->struct_bytes >= least && given->struct_bytes <= most ? given->struct_bytes : 0;
}

#endif
