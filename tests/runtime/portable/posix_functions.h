#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(PORTABLE)
typedef void pthread_attr_t, pthread_mutexattr_t, pthread_condattr_t; /* always null here */
#endif

#if defined(__linux__)
#include <sys/auxv.h>
VALUE(CLOCK_MONOTONIC, 1);
VALUE(O_NONBLOCK, 04000);
VALUE(O_CLOEXEC, 02000000);
VALUE(MADV_HUGEPAGE, 14);
VALUE(MADV_WIPEONFORK, 18);
VALUE(MAP_ANONYMOUS, 0x20);
VALUE(SIGBUS, 7);
VALUE(SIGSYS, 31);
VALUE(SIG_BLOCK, 0);
VALUE(SIG_SETMASK, 2);
VALUE(AT_HWCAP, 16);
FUNCTION(madvise, int (*)(void *, size_t, int));
FUNCTION(getauxval, unsigned long (*)(unsigned long));
FUNCTION(clock_gettime, int (*)(int, struct timespec *));
#else
#include <sys/sysctl.h>
VALUE(CLOCK_MONOTONIC, 6);
VALUE(O_NONBLOCK, 0x4);
VALUE(O_CLOEXEC, 0x1000000);
VALUE(SIGBUS, 10);
VALUE(SIGSYS, 12);
VALUE(SIG_BLOCK, 1);
VALUE(SIG_SETMASK, 3);
FUNCTION(sysctlbyname, int (*)(const char *, void *, size_t *, void *, size_t));
#endif
VALUE(O_RDONLY, 0);
VALUE(SEEK_END, 2);
VALUE(PROT_READ, 1);
VALUE(PROT_WRITE, 2);
VALUE(MAP_SHARED, 1);
VALUE(MAP_PRIVATE, 2);
VALUE(SIGILL, 4);
VALUE(SIGTRAP, 5);
VALUE(SIGFPE, 8);
VALUE(SIGSEGV, 11);
VALUE(SIGPROF, 27);
VALUE(sizeof(off_t), 8);
_Static_assert((off_t)-1 < 0, "off_t has a sign");
FUNCTION(open, int (*)(const char *, int, ...));
FUNCTION(lseek, off_t (*)(int, off_t, int));
FUNCTION(close, int (*)(int));
VALUE(sizeof(pid_t), 4);
FUNCTION(getpid, pid_t (*)(void));
FUNCTION(mmap, void *(*)(void *, size_t, int, int, int, off_t));
FUNCTION(munmap, int (*)(void *, size_t));
FUNCTION(sched_yield, int (*)(void));

/* Ours are as large as any: a system's must fit, and be passed as ours are. */
VALUE(sizeof(pthread_t), sizeof(void *));
_Static_assert(sizeof(pthread_mutex_t) <= 64 && _Alignof(pthread_mutex_t) <= _Alignof(void *), "mutex");
_Static_assert(sizeof(pthread_cond_t) <= 64 && _Alignof(pthread_cond_t) <= _Alignof(void *), "condition");
FUNCTION(pthread_create, int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
FUNCTION(pthread_join, int (*)(pthread_t, void **));
_Static_assert(sizeof(sigset_t) <= 128 && _Alignof(sigset_t) <= _Alignof(long), "signals");
FUNCTION(sigfillset, int (*)(sigset_t *));
FUNCTION(sigdelset, int (*)(sigset_t *, int));
FUNCTION(pthread_sigmask, int (*)(int, const sigset_t *, sigset_t *));
FUNCTION(pthread_mutex_init, int (*)(pthread_mutex_t *, const pthread_mutexattr_t *));
FUNCTION(pthread_mutex_destroy, int (*)(pthread_mutex_t *));
FUNCTION(pthread_mutex_lock, int (*)(pthread_mutex_t *));
FUNCTION(pthread_mutex_unlock, int (*)(pthread_mutex_t *));
FUNCTION(pthread_cond_init, int (*)(pthread_cond_t *, const pthread_condattr_t *));
FUNCTION(pthread_cond_destroy, int (*)(pthread_cond_t *));
FUNCTION(pthread_cond_wait, int (*)(pthread_cond_t *, pthread_mutex_t *));
FUNCTION(pthread_cond_broadcast, int (*)(pthread_cond_t *));
