#if !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* POSIX */
#endif
#include "team.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "thread.h"

typedef struct member {
  team *owner;
  int32_t index;
  thread handle;
} member;

struct team {
  int32_t threads; /* the caller included */
  member *members; /* the others: the first is index 1 */
  int32_t count;
  void (*task)(void *task_context, int32_t i);
  void *task_context;
  atomic_int stop;
  _Alignas(64) atomic_uint call;   /* one more for each */
  _Alignas(64) atomic_int running; /* members that have not done their part of it */
};

static thread_result THREAD_CALL team_work(void *argument) {
  const member *self = argument;
  team *t = self->owner;
  for (unsigned seen = 0;; seen++) {
    while (atomic_load_explicit(&t->call, memory_order_acquire) == seen) spin_pause();
    if (atomic_load_explicit(&t->stop, memory_order_relaxed)) return 0;
    if (self->index < t->count) t->task(t->task_context, self->index);
    atomic_fetch_sub_explicit(&t->running, 1, memory_order_release);
  }
}

void team_run(void *context, int32_t count, void (*task)(void *task_context, int32_t i), void *task_context) {
  team *t = context;
  t->count = count, t->task = task, t->task_context = task_context;
  atomic_store_explicit(&t->running, t->threads - 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&t->call, 1, memory_order_release);
  if (count > 0) task(task_context, 0);
  for (int32_t i = t->threads; i < count; i++) task(task_context, i);
  while (atomic_load_explicit(&t->running, memory_order_acquire) != 0) spin_pause();
}

int32_t team_threads(const team *t) { return t ? t->threads : 1; }

void team_destroy(team *t) {
  if (!t) return;
  atomic_store_explicit(&t->stop, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&t->call, 1, memory_order_release);
  for (int32_t i = 0; i < t->threads - 1; i++) thread_join(&t->members[i].handle);
  free(t->members);
  free(t);
}

team *team_create(int32_t threads) {
  team *t = aligned_alloc(64, sizeof *t);
  if (!t) return NULL;
  *t = (team){.threads = 1, .members = calloc((size_t)threads, sizeof *t->members)};
  for (int32_t i = 1; t->members && i < threads; i++) {
    t->members[i - 1] = (member){.owner = t, .index = i};
    if (!thread_create(&t->members[i - 1].handle, team_work, &t->members[i - 1])) break;
    t->threads = i + 1;
  }
  if (t->members && t->threads == threads) return t;
  team_destroy(t);
  return NULL;
}
