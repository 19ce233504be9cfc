#include "runtime/counted.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace {

std::atomic<long> allocation_count{0}, byte_count{0}, release_count{0}, lock_count{0}, thread_count{0},
    clock_count{0}, id_count{0};
thread_local long allocations_left = -1, threads_left = -1;
thread_local bool advice_refused = false;

// Whether this call is the one to refuse; counts down.
bool refused(long& left) {
  if (left < 0) return false;
  return left-- == 0;
}

void* counted_allocation(void* result) { return allocation_count++, result; }

// The function behind ours.
template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  byte_count += static_cast<long>(size);
  return refused(allocations_left) ? nullptr : counted_allocation(__libc_malloc(size));
}
void* calloc(size_t count, size_t size) {
  return refused(allocations_left) ? nullptr : counted_allocation(__libc_calloc(count, size));
}
void* realloc(void* old, size_t size) {
  return refused(allocations_left) ? nullptr : counted_allocation(__libc_realloc(old, size));
}
void* aligned_alloc(size_t alignment, size_t size) {
  return refused(allocations_left) ? nullptr : counted_allocation(__libc_memalign(alignment, size));
}
int posix_memalign(void** result, size_t alignment, size_t size) {
  return (*result = aligned_alloc(alignment, size)) ? 0 : ENOMEM;
}
void free(void* memory) {
  if (memory) release_count++;
  __libc_free(memory);
}

void* mmap(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  static const auto real = next<decltype(mmap)>("mmap");
  return counted_allocation(real(address, size, protection, flags, file, offset));
}

int munmap(void* address, size_t size) {
  static const auto real = next<decltype(munmap)>("munmap");
  return release_count++, real(address, size);
}

int madvise(void* address, size_t size, int advice) noexcept {
  if (advice_refused) return errno = EINVAL, -1;
  return static_cast<int>(syscall(SYS_madvise, address, size, advice));
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto real = next<decltype(pthread_mutex_lock)>("pthread_mutex_lock");
  return lock_count++, real(mutex);
}
int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static const auto real = next<decltype(pthread_mutex_trylock)>("pthread_mutex_trylock");
  return lock_count++, real(mutex);
}
int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  static const auto real = next<decltype(pthread_cond_wait)>("pthread_cond_wait");
  return lock_count++, real(condition, mutex);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  static const auto real = next<decltype(pthread_create)>("pthread_create");
  if (refused(threads_left)) return EAGAIN;
  return thread_count++, real(thread, attributes, run, argument);
}

int clock_gettime(clockid_t clock, timespec* now) {
  static const auto real = next<decltype(clock_gettime)>("clock_gettime");
  return clock_count++, real(clock, now);
}

pid_t getpid() noexcept { return id_count++, static_cast<pid_t>(syscall(SYS_getpid)); }

}  // extern "C"

namespace mobilith::counted {
long allocations() { return allocation_count; }
long bytes() { return byte_count; }
long releases() { return release_count; }
long locks() { return lock_count; }
long threads() { return thread_count; }
long clocks() { return clock_count; }
long process_ids() { return id_count; }
void refuse_allocation_after(long n) { allocations_left = n; }
void refuse_thread_after(long n) { threads_left = n; }
void refuse_advice(bool refused) { advice_refused = refused; }
}  // namespace mobilith::counted
