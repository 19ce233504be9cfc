#pragma once
#include "../system.h"
#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FAILED ((void *)-1)
void *mmap(void *, size_t, int, int, int, int64_t);
int munmap(void *, size_t);
#if defined(__linux__)
#define MAP_ANONYMOUS 0x20
#define MADV_HUGEPAGE 14
#define MADV_WIPEONFORK 18
int madvise(void *, size_t, int);
#endif
