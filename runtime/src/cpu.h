/* Which of the instruction sets in mobilith_abi.h this CPU has, and the system lets programs use:
 *   static uint64_t cpu_features(void) */
#ifndef MOBILITH_CPU_H
#define MOBILITH_CPU_H

#include "mobilith_abi.h"

#if defined(__x86_64__) || defined(_M_X64)
#include "cpu_x86.h"
#elif defined(__aarch64__) || defined(_M_ARM64)
#include "cpu_aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64 && defined(__linux__)
#include "cpu_riscv.h"
#else /* WebAssembly: a module with instructions that the engine lacks does not load at all */
static uint64_t cpu_features(void) { return 0; }
#endif

#endif
