// Bytes between two processes that do not trust each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace mobilith {

// What came is not what was agreed on, or not all of it.
struct BadAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes and reads are gathered. Not thread-safe.
class Channel {
 public:
  // file: the caller's, stays open. most: how many bytes may be read from it in all. ready: is asked before
  // each read that may wait; false ends it.
  explicit Channel(int file, uint64_t most, std::function<bool()> ready = {});

  // So many bytes more may be read.
  void allow(uint64_t more) { left_ += more; }
  void write(const void* bytes, size_t size);
  void flush();
  // Throw BadAnswer where the other side ends before, or has sent too much.
  void read(void* bytes, size_t size);
  // Appends; memory is taken as bytes come, whatever the size is said to be.
  void read(std::string& to, uint64_t size);

 private:
  void fill();

  int file_;
  uint64_t left_;
  std::function<bool()> ready_;
  std::string out_, in_;
  size_t at_ = 0;  // in in_
};

}  // namespace mobilith
