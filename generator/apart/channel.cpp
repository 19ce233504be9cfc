#include "apart/channel.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mobilith {

namespace {

constexpr size_t gathered = size_t{1} << 16;

void write_all(int file, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t done = ::write(file, bytes, size);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw BadAnswer(std::strerror(errno));
    bytes += done, size -= static_cast<size_t>(done);
  }
}

}  // namespace

Channel::Channel(int file, uint64_t most, std::function<bool()> ready)
    : file_(file), left_(most), ready_(std::move(ready)) {}

void Channel::write(const void* bytes, size_t size) {
  const char* from = static_cast<const char*>(bytes);
  if (out_.size() + size > gathered) flush();
  if (size > gathered)
    write_all(file_, from, size);
  else
    out_.append(from, size);
}

void Channel::flush() {
  write_all(file_, out_.data(), out_.size());
  out_.clear();
}

void Channel::fill() {
  in_.resize(gathered);
  at_ = 0;
  ssize_t got = -1;
  do {
    if (ready_ && !ready_()) throw BadAnswer("no answer");
    got = ::read(file_, in_.data(), in_.size());
  } while (got < 0 && errno == EINTR);
  in_.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  if (in_.empty()) throw BadAnswer("no answer");
  if (in_.size() > left_) throw BadAnswer("too long an answer");
  left_ -= in_.size();
}

void Channel::read(void* bytes, size_t size) {
  for (char* to = static_cast<char*>(bytes); size > 0;) {
    if (at_ == in_.size()) fill();
    const size_t part = std::min(size, in_.size() - at_);
    std::memcpy(to, in_.data() + at_, part);
    to += part, at_ += part, size -= part;
  }
}

void Channel::read(std::string& to, uint64_t size) {
  if (size > left_ + in_.size()) throw BadAnswer("too long an answer");
  while (size > 0) {
    const auto part = static_cast<size_t>(std::min<uint64_t>(size, uint64_t{1} << 20));
    const size_t before = to.size();
    to.resize(before + part);
    read(to.data() + before, part);
    size -= part;
  }
}

}  // namespace mobilith
