#ifndef MOBILITH_MAPPING_COPY_H
#define MOBILITH_MAPPING_COPY_H

#include <stdio.h>
#include <stdlib.h>

#define COPY_ALIGNMENT ((size_t)64)

static uint8_t *copy_of(FILE *file, size_t *bytes) {
  if (fseek(file, 0, SEEK_END) != 0) return NULL;
  const long end = ftell(file);
  if (end <= 0 || (unsigned long)end > SIZE_MAX - COPY_ALIGNMENT || fseek(file, 0, SEEK_SET) != 0)
    return NULL;
  *bytes = (size_t)end;
  uint8_t *copy =
      aligned_alloc(COPY_ALIGNMENT, (*bytes + COPY_ALIGNMENT - 1) / COPY_ALIGNMENT * COPY_ALIGNMENT);
  if (copy && fread(copy, 1, *bytes, file) == *bytes) return copy;
  free(copy);
  return NULL;
}

static const uint8_t *map_file(const char *path, size_t *bytes, mapping *mapped) {
  mapped->address = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  mapped->address = copy_of(file, &mapped->bytes);
  fclose(file);
  if (mapped->address) *bytes = mapped->bytes;
  return mapped->address;
}

static void unmap_file(mapping *mapped) {
  free(mapped->address);
  mapped->address = NULL;
}

#endif
