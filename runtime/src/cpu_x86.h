#ifndef MOBILITH_CPU_X86_H
#define MOBILITH_CPU_X86_H

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif

typedef struct cpu_bit {
  uint64_t feature;
  uint32_t leaf, word, bit; /* word: 0 eax, 1 ebx, 2 ecx, 3 edx of cpuid(leaf, subleaf) */
  uint32_t state;           /* XCR0 bits that the system must have set */
  uint32_t subleaf;
} cpu_bit;

#define STATE_AVX 0x06u    /* SSE and AVX registers */
#define STATE_AVX512 0xe6u /* and the mask and upper registers */
#define STATE_AMX 0x60000u /* tiles and their configuration */
#define XGETBV_BIT 27      /* of ecx of leaf 1 */

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
    {MOBILITH_CPU_AVX512BF16, 7, 0, 5, STATE_AVX512, 1},
    {MOBILITH_CPU_AVX512FP16, 7, 3, 23, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512VBMI, 7, 2, 1, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512IFMA, 7, 1, 21, STATE_AVX512, 0},
    {MOBILITH_CPU_AVX512VBMI2, 7, 2, 6, STATE_AVX512, 0},
    {MOBILITH_CPU_AMXTILE, 7, 3, 24, STATE_AMX, 0},
    {MOBILITH_CPU_CLZERO, 0x80000008u, 1, 0, 0, 0},
};

#if defined(_MSC_VER) && !defined(__clang__)
static uint32_t read_xcr0(void) { return (uint32_t)_xgetbv(0); }
static int read_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t words[4]) {
  int found[4];
  __cpuid(found, (int)(leaf & 0x80000000u));
  if ((uint32_t)found[0] < leaf) return 0;
  __cpuidex(found, (int)leaf, (int)subleaf);
  for (int i = 0; i < 4; i++) words[i] = (uint32_t)found[i];
  return 1;
}
#else
static uint32_t read_xcr0(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}
/* False where the CPU has no such leaf. */
static int read_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t words[4]) {
  return __get_cpuid_count(leaf, subleaf, &words[0], &words[1], &words[2], &words[3]);
}
#endif

static uint32_t enabled_state(void) {
  uint32_t words[4];
  if (!read_cpuid(1, 0, words) || !(words[2] >> XGETBV_BIT & 1)) return 0;
  uint32_t state = read_xcr0();
#if defined(__APPLE__) /* which sets XCR0's bits for AVX-512 when a thread first uses it */
  int enabled = 0;
  size_t bytes = sizeof enabled;
  if (sysctlbyname("hw.optional.avx512f", &enabled, &bytes, NULL, 0) == 0 && enabled) state |= STATE_AVX512;
#endif
  return state;
}

static uint64_t cpu_features(void) {
  const uint32_t state = enabled_state();
  uint64_t features = 0;
  for (size_t i = 0; i < sizeof cpu_bits / sizeof *cpu_bits; i++) {
    const cpu_bit *row = &cpu_bits[i];
    uint32_t words[4];
    if (!read_cpuid(row->leaf, row->subleaf, words)) continue;
    if ((words[row->word] >> row->bit & 1) && (state & row->state) == row->state) features |= row->feature;
  }
  return features;
}

#endif
