#pragma once
#include "system.h"
#define O_RDONLY 0
#define O_NONBLOCK MOBILITH_ON(04000, 0x4)
#define O_CLOEXEC MOBILITH_ON(02000000, 0x1000000)
int open(const char *, int, ...);
