#include "runtime/counted.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace {
std::atomic<long> allocation_count{0}, lock_count{0};
}

extern "C" {

void* malloc(size_t size) { return allocation_count++, __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return allocation_count++, __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return allocation_count++, __libc_realloc(old, size); }
void* aligned_alloc(size_t alignment, size_t size) {
  return allocation_count++, __libc_memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
  allocation_count++;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

void* mmap(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  using Map = void* (*)(void*, size_t, int, int, int, off_t);
  static const Map next = reinterpret_cast<Map>(dlsym(RTLD_NEXT, "mmap"));
  allocation_count++;
  return next(address, size, protection, flags, file, offset);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using Lock = int (*)(pthread_mutex_t*);
  static const Lock next = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  lock_count++;
  return next(mutex);
}

}  // extern "C"

namespace mobilith::counted {
long allocations() { return allocation_count; }
long locks() { return lock_count; }
}  // namespace mobilith::counted
