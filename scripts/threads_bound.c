/* threads_bound RUNS: runs the library that it is linked with on one thread, times each task of each parallel loop, and prints
 *   ms of one run, loops of more than one task, their tasks, and for 2, 4 and 8 threads: ms of a run
 * where each thread takes the next task as soon as it is free, and neither a barrier nor another thread's memory costs anything.
 * The runtime is compiled with it (MODEL, a model's name, by -D), so that a serial loop can be watched. */
#define parallel_serial unwatched
#include "parallel.h"
#undef parallel_serial
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1 << 16 };
static double least[MOST];                 /* seconds of each task, the best run's */
static int loops[MOST], steps_loops[MOST]; /* tasks of each loop; loops of each step */
static double outside[MOST];               /* seconds of each step without its tasks, the best run's */
static int task, loop_index, step, loops_before;
static double in_tasks;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int32_t parallel_serial(mobilith_worker *worker, mobilith_task body, int32_t min, int32_t count,
                               uint8_t *closure) {
  if (task + count > MOST || loop_index == MOST) abort();
  loops[loop_index++] = count;
  for (int32_t i = 0; i < count; i++) {
    const double begin = now();
    const int32_t result = body(worker, min + i, closure);
    const double seconds = now() - begin;
    if (result != 0) return result;
    if (least[task] == 0 || seconds < least[task]) least[task] = seconds;
    task++;
    in_tasks += seconds;
  }
  return 0;
}

#include "mobilith.c"

static void after_step(void *context, const mobilith_profile *p) {
  (void)context;
  const double rest = p->seconds - in_tasks;
  if (outside[step] == 0 || rest < outside[step]) outside[step] = rest;
  steps_loops[step++] = loop_index - loops_before;
  loops_before = loop_index, in_tasks = 0;
}

/* Seconds of a loop: each of `threads` takes the next task when it is free. */
static double loop_seconds(const double *tasks, int count, int threads) {
  double free_at[8] = {0}, end = 0;
  for (int i = 0; i < count; i++) {
    int first = 0;
    for (int t = 1; t < threads; t++)
      if (free_at[t] < free_at[first]) first = t;
    free_at[first] += tasks[i];
    if (free_at[first] > end) end = free_at[first];
  }
  return end;
}

static double run_seconds(int threads) {
  double seconds = 0;
  int at = 0, of_loop = 0;
  for (int s = 0; s < step; s++) {
    seconds += outside[s];
    for (int l = 0; l < steps_loops[s]; l++, of_loop++) {
      seconds += loop_seconds(least + at, loops[of_loop], threads);
      at += loops[of_loop];
    }
  }
  return seconds;
}

extern const mobilith_model MODEL;

int main(int count, char **values) {
  const int runs = count > 1 ? atoi(values[1]) : 0;
  if (runs < 1) return fprintf(stderr, "usage: %s RUNS\n", values[0]), 2;
  const mobilith_port *in = mobilith_model_input(&MODEL, 0), *out = mobilith_model_output(&MODEL, 0);
  (void)unwatched;
  if (!in || !out) return 1;
  void *input = calloc(1, in->bytes), *output = calloc(1, out->bytes);
  mobilith_options options = {0};
  options.threads = 1;
  options.profile = after_step;
  mobilith_session *session;
  if (!input || !output || mobilith_session_create(&MODEL, &options, &session) != MOBILITH_OK) return 1;
  for (int r = 0; r < runs; r++) {
    task = loop_index = step = loops_before = 0, in_tasks = 0;
    if (mobilith_run(session, input, in->bytes, output, out->bytes) != MOBILITH_OK) return 1;
  }
  int barriers = 0, shared = 0;
  for (int l = 0; l < loop_index; l++)
    if (loops[l] > 1) barriers++, shared += loops[l];
  printf("%.3f %d %d %.3f %.3f %.3f\n", 1e3 * run_seconds(1), barriers, shared, 1e3 * run_seconds(2),
         1e3 * run_seconds(4), 1e3 * run_seconds(8));
  return 0;
}
