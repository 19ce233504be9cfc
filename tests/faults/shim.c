/* Loaded before libc: makes one call of a program fail, or kills the process there.
 *   MOBILITH_FAULT_CALL    one of the names below
 *   MOBILITH_FAULT_AT      which of those calls, from 1 on, over the program and its children, from main() on
 *   MOBILITH_FAULT_ACTION  fail, kill, or count: nothing happens
 *   MOBILITH_FAULT_COUNTS  a file, into which the program writes in the end how many such calls there were
 * libc's own calls of itself (fopen's of open) are not seen. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
  MALLOC,
  OPEN,
  READ,
  WRITE,
  SHORT_WRITE,
  FSYNC,
  RENAME,
  LINK,
  UNLINK,
  MKDIR,
  FORK,
  MMAP,
  THREAD,
  KINDS
};

static const char *const names[KINDS] = {"malloc", "open",   "read",  "write",  "short_write",
                                         "fsync",  "rename", "link",  "unlink", "mkdir",
                                         "fork",   "mmap",   "thread"};
static const int errors[KINDS] = {ENOMEM, EMFILE, EIO,    ENOSPC, 0,      EIO,   EIO,
                                  EMLINK, EIO,    ENOSPC, EAGAIN, ENOMEM, EAGAIN};

static enum kind wanted = KINDS;
static unsigned long at;
static int kills;
static atomic_ulong *calls; /* shared with children; null: not in main() yet */

/* Whether this call is the one. Does not return where it kills. */
static int hit(enum kind kind) {
  if (!calls || kind != wanted) return 0;
  const unsigned long number = atomic_fetch_add(calls, 1) + 1;
  if (number != at) return 0;
  if (kills) kill(getpid(), SIGKILL);
  errno = errors[kind];
  return kind == SHORT_WRITE || errors[kind] != 0;
}

static int real_open(const char *path) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static void write_counts(void) {
  const char *path = getenv("MOBILITH_FAULT_COUNTS");
  char text[32];
  if (!path || !calls) return;
  const int length = snprintf(text, sizeof text, "%lu\n", atomic_load(calls));
  const int file = real_open(path);
  if (file >= 0) syscall(SYS_write, file, text, (size_t)length);
  if (file >= 0) close(file);
}

static void begin(void) {
  const char *call = getenv("MOBILITH_FAULT_CALL"), *number = getenv("MOBILITH_FAULT_AT"),
             *action = getenv("MOBILITH_FAULT_ACTION");
  if (!call) return;
  for (int kind = 0; kind < KINDS; kind++)
    if (strcmp(call, names[kind]) == 0) wanted = (enum kind)kind;
  at = number && action && strcmp(action, "count") != 0 ? strtoul(number, NULL, 10) : 0;
  kills = action && strcmp(action, "kill") == 0;
  void *page =
      (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0L);
  atexit(write_counts);
  if (page != MAP_FAILED) calls = page;
}

static int (*real_main)(int, char **, char **);

static int counted_main(int count, char **values, char **environment) {
  begin();
  return real_main(count, values, environment);
}

typedef int (*main_function)(int, char **, char **);

int __libc_start_main(main_function program, int count, char **values, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end) {
  int (*start)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *) =
      dlsym(RTLD_NEXT, "__libc_start_main");
  real_main = program;
  return start(counted_main, count, values, init, fini, loader_fini, stack_end);
}

#define REAL(name) ((__typeof__(&name))real(#name, &real_##name))
static void *real(const char *name, void **kept) {
  if (!*kept) *kept = dlsym(RTLD_NEXT, name);
  return *kept;
}

/* libc's own names for malloc and the like: dlsym() itself allocates. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
void *malloc(size_t bytes) { return hit(MALLOC) ? NULL : __libc_malloc(bytes); }
void *calloc(size_t count, size_t bytes) { return hit(MALLOC) ? NULL : __libc_calloc(count, bytes); }
void *realloc(void *block, size_t bytes) { return hit(MALLOC) ? NULL : __libc_realloc(block, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) {
  return hit(MALLOC) ? NULL : __libc_memalign(alignment, bytes);
}
void *memalign(size_t alignment, size_t bytes) {
  return hit(MALLOC) ? NULL : __libc_memalign(alignment, bytes);
}
int posix_memalign(void **block, size_t alignment, size_t bytes) {
  if (hit(MALLOC)) return ENOMEM;
  *block = __libc_memalign(alignment, bytes);
  return *block ? 0 : ENOMEM;
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  return hit(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE                           \
  mode_t mode = 0;                     \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list more;                      \
    va_start(more, flags);             \
    mode = va_arg(more, mode_t);       \
    va_end(more);                      \
  }
int open(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return open_at(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return open_at(folder, path, flags, mode); }

ssize_t read(int file, void *bytes, size_t count) {
  return hit(READ) ? -1 : syscall(SYS_read, file, bytes, count);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  return hit(READ) ? -1 : syscall(SYS_pread64, file, bytes, count, offset);
}
ssize_t pread64(int file, void *bytes, size_t count, off_t offset) {
  return pread(file, bytes, count, offset);
}

ssize_t write(int file, const void *bytes, size_t count) {
  if (hit(WRITE)) return -1;
  return syscall(SYS_write, file, bytes, count > 1 && hit(SHORT_WRITE) ? count / 2 : count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  if (hit(WRITE)) return -1;
  return syscall(SYS_pwrite64, file, bytes, count > 1 && hit(SHORT_WRITE) ? count / 2 : count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
  return pwrite(file, bytes, count, offset);
}
int fsync(int file) { return hit(FSYNC) ? -1 : (int)syscall(SYS_fsync, file); }

int rename(const char *from, const char *to) {
  return hit(RENAME) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return hit(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
int link(const char *from, const char *to) {
  return hit(LINK) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int unlink(const char *path) { return hit(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) {
  return hit(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
}
int rmdir(const char *path) {
  return hit(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
static void *real_remove;
int remove(const char *path) { return hit(UNLINK) ? -1 : REAL(remove)(path); }
int mkdir(const char *path, mode_t mode) {
  return hit(MKDIR) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
static void *real_mkdtemp;
char *mkdtemp(char *name) { return hit(MKDIR) ? NULL : REAL(mkdtemp)(name); }
static void *real_fork;
pid_t fork(void) { return hit(FORK) ? -1 : REAL(fork)(); }

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
  return hit(MMAP) ? MAP_FAILED : (void *)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
}
void *mmap64(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
  return mmap(address, bytes, protection, flags, file, offset);
}
static void *real_pthread_create;
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                   void *argument) {
  return hit(THREAD) ? EAGAIN : REAL(pthread_create)(thread, attributes, work, argument);
}
