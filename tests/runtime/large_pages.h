// Sessions with mobilith_options.large_pages, and whether a copy of weights is to be expected here.
#pragma once

#include <sys/mman.h>

#include "runtime/session.h"

namespace mobilith::handmade {

constexpr size_t large_page = size_t{2} << 20;

inline mobilith_options with_large_pages(int threads = 1) {
  mobilith_options options = with_threads(threads);
  options.large_pages = 1;
  return options;
}

// Whether this kernel knows such pages at all; else sessions read weights where they are. Asked of memory of
// our own, not of the runtime.
inline bool kernel_has_large_pages() {
#if defined(MADV_HUGEPAGE)
  void* page = mmap(nullptr, large_page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool taken = page != MAP_FAILED && madvise(page, large_page, MADV_HUGEPAGE) == 0;
  if (page != MAP_FAILED) munmap(page, large_page);
  return taken;
#else
  return false;
#endif
}

}  // namespace mobilith::handmade
