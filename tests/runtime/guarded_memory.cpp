#include "runtime/guarded_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace mobilith::handmade {

GuardedMemory::GuardedMemory(size_t bytes, Against against)
    : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), inside_((bytes + page_ - 1) / page_ * page_) {
  void* mapping = mmap(nullptr, inside_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::runtime_error("mmap failed");
  mapping_ = static_cast<uint8_t*>(mapping);
  uint8_t* const inside = mapping_ + page_;
  if (mprotect(inside, inside_, PROT_READ | PROT_WRITE) != 0) throw std::runtime_error("mprotect failed");
  std::memset(inside, 0xa5, inside_);
  data_ = against == Against::below ? inside : inside + inside_ - bytes;
}

GuardedMemory::~GuardedMemory() { munmap(mapping_, inside_ + 2 * page_); }

void GuardedMemory::make_read_only() {
  if (mprotect(mapping_ + page_, inside_, PROT_READ) != 0) throw std::runtime_error("mprotect failed");
}

}  // namespace mobilith::handmade
