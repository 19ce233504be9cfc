/* What the headers beside this one have in common. They declare what the runtime uses of each system, and
 * nothing else: with them clang compiles the runtime for every target without any system's headers
 * (generator/package/bundled_runtime.cmake). tests/runtime/portable/declarations.c holds them against the
 * systems' own. One object fits glibc and musl: types that differ are as large as the largest, and made by
 * functions alone. */
#ifndef MOBILITH_PORTABLE_SYSTEM_H
#define MOBILITH_PORTABLE_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#define MOBILITH_ON(linux_value, macos_value) linux_value
#elif defined(__APPLE__)
#define MOBILITH_ON(linux_value, macos_value) macos_value
#endif

#endif
