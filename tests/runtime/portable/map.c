/* map_file on a foreign target: map FOLDER, which it may write to. Prints "ok", or what is wrong and ends
 * with 1. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE
#endif
#include <stdio.h>
#include <stdlib.h>

#include "mapping.h"

#define BYTES 100000 /* not whole pages */

static void require(int holds, const char *what) {
  if (holds) return;
  printf("failed: %s\n", what);
  exit(1);
}

static void write_file(const char *path, int bytes) {
  FILE *file = fopen(path, "wb");
  require(file != NULL, path);
  for (int i = 0; i < bytes; i++) fputc(i % 251, file);
  require(fclose(file) == 0, path);
}

static void must_be_null(const char *path, const char *what) {
  mapping mapped;
  size_t bytes = 7;
  require(map_file(path, &bytes, &mapped) == NULL, what);
  require(bytes == 7 && mapped.address == NULL, what);
  unmap_file(&mapped);
}

int main(int count, char **arguments) {
  require(count == 2, "usage: map FOLDER");
  char path[4096];
  snprintf(path, sizeof path, "%s/mapped", arguments[1]);
  must_be_null(arguments[1], "a folder");
  must_be_null(path, "a missing file");
  write_file(path, 0);
  must_be_null(path, "an empty file");
  write_file(path, BYTES);
  for (int round = 0; round < 3000; round++) { /* more than a process may have open */
    mapping mapped;
    size_t bytes = 0;
    const uint8_t *contents = map_file(path, &bytes, &mapped);
    require(contents && bytes == BYTES, "a file is mapped whole");
    require((uintptr_t)contents % 64 == 0, "aligned");
    for (int i = 0; i < BYTES; i += round % 100 ? 4999 : 1) require(contents[i] == i % 251, "its contents");
    unmap_file(&mapped);
    require(mapped.address == NULL, "unmapped");
    unmap_file(&mapped);
  }
  require(remove(path) == 0, "nothing holds it");
  printf("ok\n");
  return 0;
}
