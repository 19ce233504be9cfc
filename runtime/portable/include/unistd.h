#pragma once
#include "system.h"
typedef int64_t off_t;
typedef int pid_t;
#define SEEK_END 2
off_t lseek(int, off_t, int);
int close(int);
pid_t getpid(void);
