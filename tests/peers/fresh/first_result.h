/* What every fresh process does besides its engine: reads the input, and reports when its first result was
 * there. */
#ifndef FIRST_RESULT_H
#define FIRST_RESULT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLASSES 1000

static inline void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

/* Fills `floats` with the file's `count` values. */
static inline void read_input(const char *path, float *floats, size_t count) {
  FILE *file = fopen(path, "rb");
  if (!file || fread(floats, sizeof *floats, count, file) != count) fail("the input file can't be read");
  fclose(file);
}

/* One line of JSON: the monotonic clock, which the starter shares; the largest class; peak memory; and the
 * files mapped by then, from which the starter counts what would have to be shipped. */
static inline void report(const float *logits) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int largest = 0;
  for (int i = 1; i < CLASSES; i++)
    if (logits[i] > logits[largest]) largest = i;

  char line[4096];
  long kilobytes = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &kilobytes);
  if (status) fclose(status);
  printf("{\"ns\": %lld, \"argmax\": %d, \"peak_bytes\": %ld, \"mapped\": [",
         now.tv_sec * 1000000000LL + now.tv_nsec, largest, kilobytes * 1024);

  FILE *maps = fopen("/proc/self/maps", "r");
  const char *comma = "";
  while (maps && fgets(line, sizeof line, maps)) {
    char *path = strchr(line, '/');
    if (!path) continue;
    path[strcspn(path, "\n")] = 0;
    printf("%s\"%s\"", comma, path);
    comma = ", ";
  }
  if (maps) fclose(maps);
  printf("]}\n");
}

#endif
