/* A file as read-only memory, shared by all processes that map it; a copy where the target can't map. */
#ifndef MOBILITH_MAPPING_H
#define MOBILITH_MAPPING_H

#include <stddef.h>
#include <stdint.h>

typedef struct mapping {
  void *address; /* null: nothing is mapped */
  size_t bytes;
} mapping;

/* These define
 *   static const uint8_t *map_file(const char *path, size_t *bytes, mapping *mapped)
 *     path as fopen takes it. The contents, page-aligned (a copy: 64-byte aligned). Null, with nothing left
 *     open, where there is no such file, it can't be mapped (a folder, a pipe), or nothing is in it.
 *   static void unmap_file(mapping *mapped)
 *     does nothing where nothing is mapped. */
#if defined(_WIN32)
#include "mapping_windows.h"
#elif defined(__wasm__)
#include "mapping_copy.h"
#else
#include "mapping_posix.h"
#endif

#endif
