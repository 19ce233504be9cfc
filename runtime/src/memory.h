/* The memory of a session that brings none of its own. */
#ifndef MOBILITH_MEMORY_H
#define MOBILITH_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#define ALIGNMENT 64u
#define HUGE_PAGE ((size_t)2 << 20)

/* At least `bytes`, from an address that is a multiple of ALIGNMENT; *allocated is what to free. Null where
 * there is none.
 *
 * Activations of megabytes are swept again and again, and far memory was read at half the speed through pages
 * of 4 KB (docs/performance.md). Where a whole huge page fits, the system is asked for one; the rest stays
 * small pages, so that no memory is held that is not used. A system that refuses only makes runs slower. */
static uint8_t *take_aligned(size_t bytes, uint8_t **allocated) {
  const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  *allocated = bytes <= SIZE_MAX - alignment ? malloc(bytes + alignment) : NULL;
  if (!*allocated) return NULL;
  uint8_t *memory = *allocated + (alignment - (uintptr_t)*allocated % alignment) % alignment;
#if defined(MADV_HUGEPAGE)
  if (alignment == HUGE_PAGE) madvise(memory, bytes - bytes % HUGE_PAGE, MADV_HUGEPAGE);
#endif
  return memory;
}

#endif
