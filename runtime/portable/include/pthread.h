#pragma once
#include "signal.h"
#include "system.h"
typedef void *pthread_t; /* an integer in glibc: passed alike */
typedef union pthread_mutex_t {
  void *alignment;
  char bytes[64]; /* glibc 40 to 48, musl 40, macOS 64 */
} pthread_mutex_t;
typedef union pthread_cond_t {
  void *alignment;
  char bytes[64]; /* 48 on all */
} pthread_cond_t;
int pthread_create(pthread_t *restrict, const void *restrict, void *(*)(void *), void *restrict);
int pthread_join(pthread_t, void **);
int pthread_sigmask(int, const sigset_t *restrict, sigset_t *restrict);
int pthread_mutex_init(pthread_mutex_t *restrict, const void *restrict);
int pthread_mutex_destroy(pthread_mutex_t *);
int pthread_mutex_lock(pthread_mutex_t *);
int pthread_mutex_unlock(pthread_mutex_t *);
int pthread_cond_init(pthread_cond_t *restrict, const void *restrict);
int pthread_cond_destroy(pthread_cond_t *);
int pthread_cond_wait(pthread_cond_t *restrict, pthread_mutex_t *restrict);
int pthread_cond_broadcast(pthread_cond_t *);
