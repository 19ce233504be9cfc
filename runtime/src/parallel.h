/* One parallel loop of a kernel, spread over lanes: each lane takes the next task until none is left. */
#ifndef MOBILITH_PARALLEL_H
#define MOBILITH_PARALLEL_H

#include <stdatomic.h>

#include "float_mode.h"
#include "mobilith_abi.h"

/* A lane: what kernels see (first, so that the one's address is the other's), and the loop it works for. */
typedef struct lane {
  mobilith_worker worker;
  struct mobilith_session *session;
} lane;

typedef struct loop {
  mobilith_task task;
  uint8_t *closure;
  int32_t min, count;
  uint64_t mode;     /* the float_mode() of the thread that runs the session */
  atomic_int next;   /* tasks handed out so far; grows past count by at most one per lane */
  atomic_int result; /* the first failure, or 0 */
} loop;

static void loop_work(loop *l, lane *self) {
  for (;;) {
    const int32_t i = atomic_fetch_add_explicit(&l->next, 1, memory_order_relaxed);
    if (i >= l->count) return;
    const int32_t result = l->task(&self->worker, l->min + i, l->closure);
    if (result != 0) {
      int expected = 0;
      atomic_compare_exchange_strong(&l->result, &expected, result);
      atomic_store_explicit(&l->next, l->count, memory_order_relaxed); /* hand out no more */
      return;
    }
  }
}

/* threads = 1: a loop, no atomics. */
static int32_t parallel_serial(mobilith_worker *worker, mobilith_task task, int32_t min, int32_t count,
                               uint8_t *closure) {
  for (int32_t i = 0; i < count; i++) {
    const int32_t result = task(worker, min + i, closure);
    if (result != 0) return result;
  }
  return 0;
}

#endif
