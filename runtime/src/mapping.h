/* A file as read-only memory, shared by all processes that map it. */
#ifndef MOBILITH_MAPPING_H
#define MOBILITH_MAPPING_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct mapping {
  void *address; /* null: nothing is mapped */
  size_t bytes;
} mapping;

/* Page-aligned. Null, with nothing left open, where there is no such file, or nothing in it. */
static const uint8_t *map_file(const char *path, size_t *bytes, mapping *mapped) {
  mapped->address = NULL;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  struct stat status;
  void *address = MAP_FAILED;
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
    address = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (address == MAP_FAILED) return NULL;
  mapped->address = address;
  mapped->bytes = *bytes = (size_t)status.st_size;
  return address;
}

static void unmap_file(mapping *mapped) {
  if (mapped->address) munmap(mapped->address, mapped->bytes);
  mapped->address = NULL;
}

#endif
