// Counts what mobilith_run promises not to do, and refuses what the system may refuse: interposed in front of
// libc's.
#pragma once

namespace mobilith::counted {

// Calls since the process began.
long allocations();  // malloc, calloc, realloc, aligned_alloc, posix_memalign, mmap that succeeded
long bytes();        // of malloc alone: that were asked for
long releases();     // free, of anything but null; munmap
long locks();        // pthread_mutex_lock, pthread_mutex_trylock, pthread_cond_wait
long threads();      // pthread_create that succeeded
long clocks();       // clock_gettime
long process_ids();  // getpid

// From now on, this thread's next `n` allocations (threads) succeed and the one after fails; -1: all succeed.
void refuse_allocation_after(long n);
void refuse_thread_after(long n);
// Whether madvise() fails on this thread, as of a kernel that does not know the wish.
void refuse_advice(bool refused);

}  // namespace mobilith::counted
