/* What sessions take of the heap for activations and weights. */
#ifndef MOBILITH_MEMORY_H
#define MOBILITH_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#define ALIGNMENT 64u
#define HUGE_PAGE ((size_t)2 << 20)

/* Asks the system for huge pages where whole ones lie, from an address that is a multiple of HUGE_PAGE:
 * whether it takes the wish. It may still have none. */
static int ask_for_huge_pages(uint8_t *memory, size_t bytes) {
#if defined(MADV_HUGEPAGE)
  return madvise(memory, bytes - bytes % HUGE_PAGE, MADV_HUGEPAGE) == 0;
#else
  return (void)memory, (void)bytes, 0;
#endif
}

/* At least `bytes`, from an address that is a multiple of ALIGNMENT; *allocated is what to free. *huge:
 * whether huge pages were asked for, and the wish was taken; never of less than one. Null where there is no
 * memory.
 *
 * Activations of megabytes are swept again and again, and far memory was read at half the speed through pages
 * of 4 KB (docs/performance.md). Where a whole huge page fits, the system is asked for one; the rest stays
 * small pages, so that no memory is held that is not used. A system that refuses only makes runs slower. */
static uint8_t *take_aligned(size_t bytes, uint8_t **allocated, int *huge) {
  const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  *allocated = bytes <= SIZE_MAX - alignment ? malloc(bytes + alignment) : NULL;
  if (!*allocated) return NULL;
  uint8_t *memory = *allocated + (alignment - (uintptr_t)*allocated % alignment) % alignment;
  *huge = alignment == HUGE_PAGE && ask_for_huge_pages(memory, bytes);
  return memory;
}

#endif
