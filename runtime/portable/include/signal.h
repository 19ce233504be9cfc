#pragma once
#include "system.h"
#define SIGILL 4
#define SIGTRAP 5
#define SIGBUS MOBILITH_ON(7, 10)
#define SIGFPE 8
#define SIGSEGV 11
#define SIGSYS MOBILITH_ON(31, 12)
#define SIGPROF 27
#define SIG_BLOCK MOBILITH_ON(0, 1)
#define SIG_SETMASK MOBILITH_ON(2, 3)
typedef struct sigset_t {
  long words[16]; /* glibc and musl 128 bytes, macOS 4 */
} sigset_t;
int sigfillset(sigset_t *);
int sigdelset(sigset_t *, int);
