/* Time for profiles: from any fixed moment, never backwards where the system has such a clock. */
#ifndef MOBILITH_CLOCK_H
#define MOBILITH_CLOCK_H

#if defined(_WIN32)
#include "windows_api.h"
static double now_seconds(void) {
  LARGE_INTEGER ticks, per_second;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&per_second);
  return (double)ticks.QuadPart / (double)per_second.QuadPart;
}
#else
#include <time.h>
static double now_seconds(void) {
  struct timespec now;
#if defined(CLOCK_MONOTONIC) && !defined(__wasm__) /* there C11's own is what every libc has */
  clock_gettime(CLOCK_MONOTONIC, &now);
#else
  timespec_get(&now, TIME_UTC);
#endif
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
#endif

#endif
