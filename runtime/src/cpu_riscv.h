#ifndef MOBILITH_CPU_RISCV_H
#define MOBILITH_CPU_RISCV_H

#include <sys/auxv.h>

#define HWCAP_LETTER(letter) (1ul << ((letter) - 'A')) /* one bit for each single-letter extension */

static uint64_t cpu_features(void) {
  if (!(getauxval(AT_HWCAP) & HWCAP_LETTER('V'))) return 0;
  unsigned long vector_bytes;
  __asm__ volatile("csrr %0, 0xc22" : "=r"(vector_bytes)); /* vlenb, by number: we are compiled without V */
  return MOBILITH_CPU_RVV | (vector_bytes >= 32 ? MOBILITH_CPU_ZVL256 : 0) |
         (vector_bytes >= 64 ? MOBILITH_CPU_ZVL512 : 0) | (vector_bytes >= 128 ? MOBILITH_CPU_ZVL1024 : 0);
}

#endif
