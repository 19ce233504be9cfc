/* What the runtime asks of a system's headers. Compiles with runtime/portable/include and with the system's
 * own alike, so the two agree; the first with -DPORTABLE. Never run. */
#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VALUE(name, value) _Static_assert((name) == (value), #name)
#define FUNCTION(name, ...) _Static_assert(_Generic(&(name), __VA_ARGS__: 1, default: 0), #name)

FUNCTION(malloc, void *(*)(size_t));
FUNCTION(calloc, void *(*)(size_t, size_t));
FUNCTION(free, void (*)(void *));
FUNCTION(getenv, char *(*)(const char *));
FUNCTION(memcpy, void *(*)(void *, const void *, size_t));
FUNCTION(memset, void *(*)(void *, int, size_t));
FUNCTION(memcmp, int (*)(const void *, const void *, size_t));
FUNCTION(strcmp, int (*)(const char *, const char *));
FUNCTION(strlen, size_t (*)(const char *));

#if defined(_WIN32)
#include "windows_functions.h"
#else
VALUE(sizeof(struct timespec), 16);
VALUE(offsetof(struct timespec, tv_sec), 0);
VALUE(offsetof(struct timespec, tv_nsec), 8);
VALUE(sizeof((struct timespec){0}.tv_sec), 8);
VALUE(sizeof((struct timespec){0}.tv_nsec), sizeof(long));
#if defined(__wasm__)
VALUE(TIME_UTC, 1);
VALUE(SEEK_SET, 0);
VALUE(SEEK_END, 2);
FUNCTION(timespec_get, int (*)(struct timespec *, int));
FUNCTION(aligned_alloc, void *(*)(size_t, size_t));
FUNCTION(fopen, FILE *(*)(const char *, const char *));
FUNCTION(fread, size_t (*)(void *, size_t, size_t, FILE *));
FUNCTION(fseek, int (*)(FILE *, long, int));
FUNCTION(ftell, long (*)(FILE *));
FUNCTION(fclose, int (*)(FILE *));
#else
#include "posix_functions.h"
#endif
#endif

int main(void) { return 0; }
