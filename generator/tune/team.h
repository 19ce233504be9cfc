/* Threads that stay awake between two calls. Within a network the session's own threads spin from one kernel
 * to the next; a kernel that is run by itself would have to wake them, which takes longer than many a kernel.
 * C, because the runner is. */
#ifndef MOBILITH_TEAM_H
#define MOBILITH_TEAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct team team;

/* threads: 1 to 64, the caller among them; the others take a core each until team_destroy(). Null: the system
 * has not given them. */
team *team_create(int32_t threads);
void team_destroy(team *);
/* 1 for null. */
int32_t team_threads(const team *);

/* A mobilith_parallel_for; `context` is the team. Each of its threads gets one i below count, the caller 0
 * and what is beyond the threads. One call at a time. */
void team_run(void *context, int32_t count, void (*task)(void *task_context, int32_t i), void *task_context);

#ifdef __cplusplus
}
#endif

#endif
