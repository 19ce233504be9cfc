/* Which of the instruction sets in mobilith_abi.h this CPU has, and the system lets programs use. */
#ifndef MOBILITH_CPU_H
#define MOBILITH_CPU_H

#include "mobilith_abi.h"

#if defined(__x86_64__)
#include <cpuid.h>

typedef struct cpu_bit {
  uint64_t feature;
  uint32_t leaf, word, bit; /* word: 0 eax, 1 ebx, 2 ecx, 3 edx of cpuid(leaf, subleaf) */
  uint32_t state;           /* XCR0 bits that the system must have set */
  uint32_t subleaf;
} cpu_bit;

#define STATE_AVX 0x06u    /* SSE and AVX registers */
#define STATE_AVX512 0xe6u /* and the mask and upper registers */

static const cpu_bit cpu_bits[] = {
    {MOBILITH_CPU_SSE3, 1, 2, 0, 0, 0},
    {MOBILITH_CPU_SSSE3, 1, 2, 9, 0, 0},
    {MOBILITH_CPU_SSE41, 1, 2, 19, 0, 0},
    {MOBILITH_CPU_SSE42, 1, 2, 20, 0, 0},
    {MOBILITH_CPU_POPCNT, 1, 2, 23, 0, 0},
    {MOBILITH_CPU_MOVBE, 1, 2, 22, 0, 0},
    {MOBILITH_CPU_AVX, 1, 2, 28, STATE_AVX, 0},
    {MOBILITH_CPU_F16C, 1, 2, 29, STATE_AVX, 0},
    {MOBILITH_CPU_FMA, 1, 2, 12, STATE_AVX, 0},
    {MOBILITH_CPU_AVX2, 7, 1, 5, STATE_AVX, 0},
    {MOBILITH_CPU_BMI, 7, 1, 3, 0, 0},
    {MOBILITH_CPU_BMI2, 7, 1, 8, 0, 0},
    {MOBILITH_CPU_LZCNT, 0x80000001u, 2, 5, 0, 0},
    {MOBILITH_CPU_AVX512F, 7, 1, 16, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512DQ, 7, 1, 17, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512CD, 7, 1, 28, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512BW, 7, 1, 30, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512VL, 7, 1, 31, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512VNNI, 7, 2, 11, STATE_AVX512, 0},
    {MOBILITH_CPU_AVXVNNI, 7, 0, 4, STATE_AVX, 1},
};

static uint32_t enabled_state(void) {
  uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 27))) return 0; /* no XGETBV */
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return eax;
}

static uint64_t cpu_features(void) {
  const uint32_t state = enabled_state();
  uint64_t features = 0;
  for (size_t i = 0; i < sizeof cpu_bits / sizeof *cpu_bits; i++) {
    const cpu_bit *row = &cpu_bits[i];
    uint32_t words[4];
    if (!__get_cpuid_count(row->leaf, row->subleaf, &words[0], &words[1], &words[2], &words[3])) continue;
    if ((words[row->word] >> row->bit & 1) && (state & row->state) == row->state) features |= row->feature;
  }
  return features;
}

#elif defined(__aarch64__)

/* NEON belongs to the architecture; the rest is the system's to tell. */
#if defined(__linux__)
#include <sys/auxv.h>
static uint64_t cpu_features(void) {
  const unsigned long capabilities = getauxval(AT_HWCAP);
  return MOBILITH_CPU_NEON | (capabilities >> 20 & 1 ? MOBILITH_CPU_DOTPROD : 0) |
         (capabilities >> 10 & 1 ? MOBILITH_CPU_FP16 : 0);
}
#else
static uint64_t cpu_features(void) { return MOBILITH_CPU_NEON; }
#endif

#else
static uint64_t cpu_features(void) { return 0; }
#endif

#endif
