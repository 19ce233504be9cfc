#ifndef MOBILITH_THREAD_WINDOWS_H
#define MOBILITH_THREAD_WINDOWS_H

#include "windows_api.h"

typedef HANDLE thread;
typedef SRWLOCK mutex;
typedef CONDITION_VARIABLE condition;
typedef DWORD thread_result; /* always 0 */
#define THREAD_CALL WINAPI

static int thread_create(thread *t, thread_result(THREAD_CALL *work)(void *), void *argument) {
  *t = CreateThread(NULL, 0, work, argument, 0, NULL);
  return *t != NULL;
}
static void thread_join(thread *t) {
  WaitForSingleObject(*t, INFINITE);
  CloseHandle(*t);
}
static void thread_yield(void) { SwitchToThread(); }

static int mutex_create(mutex *m) {
  InitializeSRWLock(m);
  return 1;
}
static void mutex_destroy(mutex *m) { (void)m; }
static void mutex_lock(mutex *m) { AcquireSRWLockExclusive(m); }
static void mutex_unlock(mutex *m) { ReleaseSRWLockExclusive(m); }

static int condition_create(condition *c) {
  InitializeConditionVariable(c);
  return 1;
}
static void condition_destroy(condition *c) { (void)c; }
static void condition_wait(condition *c, mutex *m) { SleepConditionVariableSRW(c, m, INFINITE, 0); }
static void condition_wake_all(condition *c) { WakeAllConditionVariable(c); }

#endif
