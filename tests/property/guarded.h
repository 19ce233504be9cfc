#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mobilith::property {

// Bytes right before an unreadable page, or right after one: a kernel that reads or writes outside faults.
// `alignment` bounds how exact the end can be.
class Guarded {
 public:
  enum class At { end, begin };
  Guarded(size_t bytes, At at, size_t alignment) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t inner = (bytes + page - 1) / page * page;
    total_ = inner + 2 * page;
    base_ = static_cast<uint8_t*>(mmap(nullptr, total_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + page, inner, PROT_READ | PROT_WRITE);
    data_ = at == At::begin ? base_ + page : base_ + page + (inner - bytes) / alignment * alignment;
    std::memset(base_ + page, 0xff,
                inner);  // a float of these bytes is not a number: whoever reads it unwritten shows it
  }
  ~Guarded() { munmap(base_, total_); }
  Guarded(const Guarded&) = delete;
  void* data() { return data_; }
  // No more writing: what is there must stay.
  void read_only() { mprotect(base_ + sysconf(_SC_PAGESIZE), total_ - 2 * sysconf(_SC_PAGESIZE), PROT_READ); }

 private:
  uint8_t *base_, *data_;
  size_t total_;
};

}  // namespace mobilith::property
