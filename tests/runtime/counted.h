// Counts what mobilith_run promises not to do: allocations and locks, interposed in front of libc's.
#pragma once

namespace mobilith::counted {

// Calls since the process began.
long allocations();  // malloc, calloc, realloc, aligned_alloc, posix_memalign, mmap
long locks();        // pthread_mutex_lock

}  // namespace mobilith::counted
