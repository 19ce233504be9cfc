/* A session's own threads: created once, parked between runs. Between the kernels of one run they spin for a
 * moment first, since the next kernel is microseconds away and waking a parked thread is not. */
#ifndef MOBILITH_POOL_H
#define MOBILITH_POOL_H

#include "parallel.h"
#include "thread.h"

#ifndef MOBILITH_NO_THREADS
#include <stdlib.h>
#include <string.h>

#define POOL_SPINS 4096 /* pauses of 40 to 140 cycles: some 50 to 200 microseconds, then park */

typedef struct pool pool;

typedef struct pool_thread {
  lane *work;
  pool *owner;
  thread handle;
} pool_thread;

struct pool {
  int32_t count;        /* workers, the caller not included */
  pool_thread *threads; /* `count` of them */
  mutex parking;        /* guards parking alone */
  condition wake;
  int parked;    /* guarded by parking */
  loop *current; /* what those who joined work on */
  /* [generation: one more for each loop][POOL_OPEN][workers that joined the loop and have not left it]
   * A worker joins while the loop is open; the caller closes it when no task is left to hand out and waits
   * for those who joined. One that the system keeps from running has not joined, and nobody waits for it. */
  atomic_uint_fast64_t state;
  atomic_int stop;
};

#define POOL_GENERATION (UINT64_C(1) << 32)
#define POOL_OPEN (UINT64_C(1) << 31)
#define POOL_JOINED (POOL_OPEN - 1)

static inline uint64_t pool_generation(uint64_t state) { return state / POOL_GENERATION; }

/* Waits for another generation than `seen`. */
static uint64_t pool_await(pool *p, uint64_t seen) {
  uint64_t state = 0;
  for (int i = 0; i < POOL_SPINS; i++) {
    state = atomic_load_explicit(&p->state, memory_order_relaxed);
    if (pool_generation(state) != seen) return state;
    spin_pause();
  }
  mutex_lock(&p->parking);
  p->parked++;
  while (state = atomic_load_explicit(&p->state, memory_order_relaxed), pool_generation(state) == seen)
    condition_wait(&p->wake, &p->parking);
  p->parked--;
  mutex_unlock(&p->parking);
  return state;
}

/* Starts a generation; the lock orders it against a worker that is about to park. */
static void pool_release(pool *p) {
  mutex_lock(&p->parking);
  const uint64_t state = atomic_load_explicit(&p->state, memory_order_relaxed);
  atomic_store_explicit(&p->state, (pool_generation(state) + 1) * POOL_GENERATION | POOL_OPEN,
                        memory_order_release);
  if (p->parked > 0) condition_wake_all(&p->wake);
  mutex_unlock(&p->parking);
}

/* True if this worker is among those whom the caller waits for. */
static int pool_join(pool *p, uint64_t state) {
  const uint64_t generation = pool_generation(state);
  while ((state & POOL_OPEN) && pool_generation(state) == generation)
    if (atomic_compare_exchange_weak_explicit(&p->state, &state, state + 1, memory_order_acquire,
                                              memory_order_relaxed))
      return 1;
  return 0;
}

static thread_result THREAD_CALL pool_work(void *argument) {
  pool_thread *self = argument;
  pool *p = self->owner;
  for (uint64_t seen = 0;;) {
    const uint64_t state = pool_await(p, seen);
    seen = pool_generation(state);
    if (atomic_load_explicit(&p->stop, memory_order_acquire)) return 0;
    if (!pool_join(p, state)) continue;
    set_float_mode(p->current->mode); /* ours alone: nothing to restore */
    loop_work(p->current, self->work);
    atomic_fetch_sub_explicit(&p->state, 1, memory_order_release);
  }
}

/* Runs the loop on the caller and all workers that come in time; returns when all tasks are done. */
static void pool_run(pool *p, loop *l, lane *caller) {
  p->current = l;
  pool_release(p);
  loop_work(l, caller);
  uint64_t state = atomic_fetch_and_explicit(&p->state, ~POOL_OPEN, memory_order_acquire);
  for (int i = 0; (state & POOL_JOINED) != 0; i++) {
    if (i < POOL_SPINS)
      spin_pause();
    else
      thread_yield(); /* more threads than cores: let them finish */
    state = atomic_load_explicit(&p->state, memory_order_acquire);
  }
}

static void pool_destroy(pool *p) {
  atomic_store_explicit(&p->stop, 1, memory_order_release);
  pool_release(p);
  for (int32_t i = 0; i < p->count; i++) thread_join(&p->threads[i].handle);
  condition_destroy(&p->wake);
  mutex_destroy(&p->parking);
  free(p->threads);
}

/* In a child: the threads are not here, and who waits at a condition for ever must not be waited for. */
static void pool_abandon(pool *p) { free(p->threads); }

static int pool_init_parking(pool *p) {
  if (!mutex_create(&p->parking)) return 0;
  if (condition_create(&p->wake)) return 1;
  mutex_destroy(&p->parking);
  return 0;
}

/* lanes: one per worker, which outlive the pool. On failure everything is taken back. */
static mobilith_status pool_create(pool *p, lane *lanes, int32_t count) {
  memset(p, 0, sizeof *p);
  p->threads = calloc((size_t)count, sizeof *p->threads);
  if (!p->threads) return MOBILITH_OUT_OF_MEMORY;
  atomic_init(&p->state, 0);
  atomic_init(&p->stop, 0);
  if (!pool_init_parking(p)) {
    free(p->threads);
    return MOBILITH_OUT_OF_MEMORY;
  }
  for (; p->count < count; p->count++) {
    pool_thread *made = &p->threads[p->count];
    made->work = &lanes[p->count];
    made->owner = p;
    if (!thread_create(&made->handle, pool_work, made)) {
      pool_destroy(p);
      return MOBILITH_THREAD_FAILURE;
    }
  }
  return MOBILITH_OK;
}

#endif
#endif
