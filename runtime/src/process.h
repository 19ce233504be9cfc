/* Whether this is still the process that made a session. fork() copies a session without its threads: their
 * stacks stay mapped, nobody runs on them, and what they held or waited for stays as it was.
 *
 * Asked in each run, so not by a system call where Linux can do better: a page that it empties in every
 * child, which also tells a child whose id is an old one's (after a wrap, in another namespace). */
#ifndef MOBILITH_PROCESS_H
#define MOBILITH_PROCESS_H

#if defined(_WIN32) || defined(__wasm__) /* no fork() */
typedef char process_mark;
static void mark_process(process_mark *mark) { (void)mark; }
static int marked_elsewhere(const process_mark *mark) { return (void)mark, 0; }
static void unmark_process(process_mark *mark) { (void)mark; }
#else
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct process_mark {
  volatile unsigned char *page; /* 1, or 0 in a child; null: by id */
  pid_t id;
} process_mark;

#if defined(MADV_WIPEONFORK)
/* Null where the kernel is older than 4.14, or an emulator says yes to whatever it is told. */
static volatile unsigned char *page_emptied_by_fork(void) {
  void *page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return NULL;
  if (madvise(page, 1, MADV_WIPEONFORK) == 0 && madvise(page, 1, -1) != 0) return page;
  munmap(page, 1);
  return NULL;
}
#else
static volatile unsigned char *page_emptied_by_fork(void) { return NULL; }
#endif

/* Anew in a child, too: the page stays. */
static void mark_process(process_mark *mark) {
  if (!mark->page) mark->page = page_emptied_by_fork();
  if (mark->page) *mark->page = 1;
  mark->id = getpid();
}
static int marked_elsewhere(const process_mark *mark) {
  return mark->page ? *mark->page == 0 : mark->id != getpid();
}
static void unmark_process(process_mark *mark) {
  if (mark->page) munmap((void *)mark->page, 1);
  mark->page = NULL;
}
#endif

#endif
