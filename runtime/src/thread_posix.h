#ifndef MOBILITH_THREAD_POSIX_H
#define MOBILITH_THREAD_POSIX_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>

typedef pthread_t thread;
typedef pthread_mutex_t mutex;
typedef pthread_cond_t condition;
typedef void *thread_result; /* always 0 */
#define THREAD_CALL

/* Signals to the process are for the application's own threads: ours leave them blocked, but for those that
 * an instruction of the thread itself raises, and a profiler's clock, which is to see them too. */
static int thread_create(thread *t, thread_result(THREAD_CALL *work)(void *), void *argument) {
  static const int ours[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGPROF};
  sigset_t theirs, before;
  sigfillset(&theirs);
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) sigdelset(&theirs, ours[i]);
  if (pthread_sigmask(SIG_BLOCK, &theirs, &before) != 0) return 0;
  const int made = pthread_create(t, NULL, work, argument) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return made;
}
static void thread_join(thread *t) { pthread_join(*t, NULL); }
static void thread_yield(void) { sched_yield(); }

static int mutex_create(mutex *m) { return pthread_mutex_init(m, NULL) == 0; }
static void mutex_destroy(mutex *m) { pthread_mutex_destroy(m); }
static void mutex_lock(mutex *m) { pthread_mutex_lock(m); }
static void mutex_unlock(mutex *m) { pthread_mutex_unlock(m); }

static int condition_create(condition *c) { return pthread_cond_init(c, NULL) == 0; }
static void condition_destroy(condition *c) { pthread_cond_destroy(c); }
static void condition_wait(condition *c, mutex *m) { pthread_cond_wait(c, m); }
static void condition_wake_all(condition *c) { pthread_cond_broadcast(c); }

#endif
