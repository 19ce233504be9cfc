/* NEON belongs to the architecture; the rest is the system's to tell. */
#ifndef MOBILITH_CPU_AARCH64_H
#define MOBILITH_CPU_AARCH64_H

#if defined(__linux__)
#include <sys/auxv.h>
static uint64_t further_features(void) {
  const unsigned long capabilities = getauxval(AT_HWCAP);
  return (capabilities >> 20 & 1 ? MOBILITH_CPU_DOTPROD : 0) |
         (capabilities >> 10 & 1 ? MOBILITH_CPU_FP16 : 0);
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
         (has("hw.optional.arm.FEAT_FP16") ? MOBILITH_CPU_FP16 : 0);
}
#elif defined(_WIN32)
#include "windows_api.h"
#define ARM_DOTPROD_AVAILABLE 43 /* PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE; older headers have no names */
#define ARM_FP16_AVAILABLE 67    /* PF_ARM_V82_FP16_INSTRUCTIONS_AVAILABLE; older systems say no */
static uint64_t further_features(void) {
  return (IsProcessorFeaturePresent(ARM_DOTPROD_AVAILABLE) ? MOBILITH_CPU_DOTPROD : 0) |
         (IsProcessorFeaturePresent(ARM_FP16_AVAILABLE) ? MOBILITH_CPU_FP16 : 0);
}
#else
static uint64_t further_features(void) { return 0; }
#endif

static uint64_t cpu_features(void) { return MOBILITH_CPU_NEON | further_features(); }

#endif
