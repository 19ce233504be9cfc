#ifndef MOBILITH_MAPPING_POSIX_H
#define MOBILITH_MAPPING_POSIX_H

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without struct stat, whose layout each libc and architecture has its own of: a folder can't be mapped, a
 * pipe has no end to seek, a device's end is at 0. O_NONBLOCK: opening a pipe would wait for its writer. */
static const uint8_t *map_file(const char *path, size_t *bytes, mapping *mapped) {
  mapped->address = NULL;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return NULL;
  const off_t end = lseek(file, 0, SEEK_END);
  void *address = MAP_FAILED;
  if (end > 0 && (uint64_t)end <= SIZE_MAX) address = mmap(NULL, (size_t)end, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (address == MAP_FAILED) return NULL;
  mapped->address = address;
  mapped->bytes = *bytes = (size_t)end;
  return address;
}

static void unmap_file(mapping *mapped) {
  if (mapped->address) munmap(mapped->address, mapped->bytes);
  mapped->address = NULL;
}

#endif
