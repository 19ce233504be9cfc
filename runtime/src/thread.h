/* Threads, mutexes and conditions: those of POSIX or of Windows. Where the target has none,
 * MOBILITH_NO_THREADS says so and nothing else is here. Creating functions return 0 where the system
 * refuses. */
#ifndef MOBILITH_THREAD_H
#define MOBILITH_THREAD_H

#if defined(__wasm__) && !defined(_REENTRANT) && !defined(MOBILITH_NO_THREADS)
#define MOBILITH_NO_THREADS
#endif

#ifndef MOBILITH_NO_THREADS
#if defined(_WIN32)
#include "thread_windows.h"
#else
#include "thread_posix.h"
#endif
#endif

/* Tells the core that this thread waits for another one. */
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif
static inline void spin_pause(void) {
#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)
  _mm_pause();
#elif defined(_MSC_VER) && !defined(__clang__) && defined(_M_ARM64)
  __yield();
#elif defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
