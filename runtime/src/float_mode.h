/* How a thread rounds and what it does with denormals. Tasks are handed out to whichever lane is free, so
 * every lane computes in the mode of the thread that called mobilith_run: otherwise a caller that flushes
 * denormals, or does not, would see bits that depend on which thread took a task. The mode itself stays the
 * caller's own business. */
#ifndef MOBILITH_FLOAT_MODE_H
#define MOBILITH_FLOAT_MODE_H

#include <stdint.h>

#define FLOAT_MODE_BITS 0xffc0u /* of MXCSR: without the sticky exception flags */

#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)
#include <intrin.h>
static inline uint64_t float_mode(void) { return _mm_getcsr() & FLOAT_MODE_BITS; }
static inline void write_float_mode(uint64_t mode) { _mm_setcsr((unsigned)mode); }
#elif defined(_MSC_VER) && !defined(__clang__) && defined(_M_ARM64)
#include <intrin.h>
static inline uint64_t float_mode(void) { return (uint64_t)_ReadStatusReg(ARM64_FPCR); }
static inline void write_float_mode(uint64_t mode) { _WriteStatusReg(ARM64_FPCR, (__int64)mode); }
#elif defined(__x86_64__)
static inline uint64_t float_mode(void) { return __builtin_ia32_stmxcsr() & FLOAT_MODE_BITS; }
static inline void write_float_mode(uint64_t mode) { __builtin_ia32_ldmxcsr((uint32_t)mode); }
#elif defined(__aarch64__)
static inline uint64_t float_mode(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
static inline void write_float_mode(uint64_t mode) {
  __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory");
}
#elif defined(__riscv_flen) && __riscv_xlen == 64
static inline uint64_t float_mode(void) {
  uint64_t mode;
  __asm__ volatile("frrm %0" : "=r"(mode));
  return mode;
}
static inline void write_float_mode(uint64_t mode) { __asm__ volatile("fsrm %0" : : "r"(mode) : "memory"); }
#else /* WebAssembly has but one mode */
static inline uint64_t float_mode(void) { return 0; }
static inline void write_float_mode(uint64_t mode) { (void)mode; }
#endif

/* Writing is slow and hardly ever needed. */
static inline void set_float_mode(uint64_t mode) {
  if (float_mode() != mode) write_float_mode(mode);
}

#endif
