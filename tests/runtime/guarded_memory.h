// Memory between two pages that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mobilith::handmade {

class GuardedMemory {
 public:
  enum class Against { below, above };  // which guard page the bytes lie directly against

  // Filled with 0xa5. bytes: where Against::above, the start is as aligned as the size is.
  GuardedMemory(size_t bytes, Against);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;

  uint8_t* data() const { return data_; }
  void make_read_only();

 private:
  uint8_t* mapping_;
  size_t page_, inside_;  // bytes of a page; of the pages between the guards
  uint8_t* data_;
};

}  // namespace mobilith::handmade
