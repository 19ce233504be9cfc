#pragma once
#include "system.h"
struct timespec {
  int64_t tv_sec;
  long tv_nsec;
};
#if defined(__wasm__)
#define TIME_UTC 1
int timespec_get(struct timespec *, int);
#else
#define CLOCK_MONOTONIC MOBILITH_ON(1, 6)
int clock_gettime(int, struct timespec *);
#endif
