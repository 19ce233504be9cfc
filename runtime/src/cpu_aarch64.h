/* NEON belongs to the architecture; the rest is the system's to tell. */
#ifndef MOBILITH_CPU_AARCH64_H
#define MOBILITH_CPU_AARCH64_H

#if defined(__linux__)
#include <sys/auxv.h>
#define CAPABILITIES_2 26 /* AT_HWCAP2, which older headers lack */
static uint64_t further_features(void) {
  const unsigned long first = getauxval(AT_HWCAP), second = getauxval(CAPABILITIES_2);
  return (first >> 20 & 1 ? MOBILITH_CPU_DOTPROD : 0) | (first >> 10 & 1 ? MOBILITH_CPU_FP16 : 0) |
         (first >> 23 & 1 ? MOBILITH_CPU_FHM : 0) | (second >> 13 & 1 ? MOBILITH_CPU_I8MM : 0) |
         (second >> 14 & 1 ? MOBILITH_CPU_BF16 : 0);
}
#elif defined(__APPLE__)
#include <sys/sysctl.h>
static int has(const char *name) {
  int value = 0;
  size_t bytes = sizeof value;
  return sysctlbyname(name, &value, &bytes, NULL, 0) == 0 && value != 0;
}
static uint64_t further_features(void) {
  return (has("hw.optional.arm.FEAT_DotProd") ? MOBILITH_CPU_DOTPROD : 0) |
         (has("hw.optional.arm.FEAT_FP16") ? MOBILITH_CPU_FP16 : 0) |
         (has("hw.optional.arm.FEAT_FHM") ? MOBILITH_CPU_FHM : 0) |
         (has("hw.optional.arm.FEAT_I8MM") ? MOBILITH_CPU_I8MM : 0) |
         (has("hw.optional.arm.FEAT_BF16") ? MOBILITH_CPU_BF16 : 0);
}
#elif defined(_WIN32)
#include "windows_api.h"
/* PF_ARM_V82_DP..., V82_I8MM..., V82_FP16..., V86_BF16_INSTRUCTIONS_AVAILABLE: older headers have no names,
 * and older systems say no. None asks for FHM. */
#define ARM_DOTPROD_AVAILABLE 43
#define ARM_I8MM_AVAILABLE 66
#define ARM_FP16_AVAILABLE 67
#define ARM_BF16_AVAILABLE 68
static uint64_t further_features(void) {
  return (IsProcessorFeaturePresent(ARM_DOTPROD_AVAILABLE) ? MOBILITH_CPU_DOTPROD : 0) |
         (IsProcessorFeaturePresent(ARM_FP16_AVAILABLE) ? MOBILITH_CPU_FP16 : 0) |
         (IsProcessorFeaturePresent(ARM_I8MM_AVAILABLE) ? MOBILITH_CPU_I8MM : 0) |
         (IsProcessorFeaturePresent(ARM_BF16_AVAILABLE) ? MOBILITH_CPU_BF16 : 0);
}
#else
static uint64_t further_features(void) { return 0; }
#endif

static uint64_t cpu_features(void) { return MOBILITH_CPU_NEON | further_features(); }

#endif
