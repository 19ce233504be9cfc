#ifndef MOBILITH_THREAD_POSIX_H
#define MOBILITH_THREAD_POSIX_H

#include <pthread.h>
#include <sched.h>

typedef pthread_t thread;
typedef pthread_mutex_t mutex;
typedef pthread_cond_t condition;
typedef void *thread_result; /* always 0 */
#define THREAD_CALL

static int thread_create(thread *t, thread_result(THREAD_CALL *work)(void *), void *argument) {
  return pthread_create(t, NULL, work, argument) == 0;
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
