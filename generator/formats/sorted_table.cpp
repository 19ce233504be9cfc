#include "formats/sorted_table.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "formats/crc32c.h"
#include "graph/file_error.h"

namespace mobilith::file {

namespace {

constexpr size_t longest_key = 4096, most_of_keys = size_t(1) << 26;

[[noreturn]] void damaged(const char* what) { throw Error(fmt::format("a checkpoint's index {}", what)); }

uint64_t fixed(std::string_view bytes, size_t at, size_t width) {
  if (at > bytes.size() || bytes.size() - at < width) damaged("that is cut");
  uint64_t value = 0;
  for (size_t i = width; i-- > 0;) value = value << 8 | uint8_t(bytes[at + i]);
  return value;
}

// Reads from the front of bytes.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : left_(bytes) {}
  bool done() const { return left_.empty(); }
  uint64_t number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = uint8_t(take(1)[0]);
      value |= uint64_t(byte & 127) << shift;
      if (byte < 128) return value;
    }
    damaged("with a number that does not end");
  }
  std::string_view take(uint64_t count) {
    if (count > left_.size()) damaged("that is cut");
    const std::string_view taken = left_.substr(0, size_t(count));
    left_.remove_prefix(size_t(count));
    return taken;
  }

 private:
  std::string_view left_;
};

class Table {
 public:
  explicit Table(std::string_view bytes) : bytes_(bytes), room_(bytes.size()) {}

  std::map<std::string, std::string_view> read() {
    constexpr size_t footer_size = 48;
    if (bytes_.size() < footer_size ||
        fixed(bytes_, bytes_.size() - 8, 8) != 0xdb4775248b80fb57)  // the format's magic
      throw Error("no checkpoint's index: it does not end as one");
    Cursor footer(bytes_.substr(bytes_.size() - footer_size));
    footer.number(), footer.number();  // of the block that finds filters, which checkpoints don't have
    for (const auto& [last, place] : entries(block(footer)))
      for (auto& [key, value] : entries(block(Cursor(place)))) {
        if (!all_.empty() && all_.rbegin()->first >= key) damaged("whose keys do not ascend");
        all_.emplace_hint(all_.end(), key, value);
      }
    return std::move(all_);
  }

 private:
  // The block at an offset and of a size, without its restarts: it is read from its beginning.
  std::string_view block(Cursor place) {
    const uint64_t offset = place.number(), size = place.number();
    constexpr uint64_t trailer = 5;
    if (offset > bytes_.size() || size > bytes_.size() - offset || bytes_.size() - offset - size < trailer)
      damaged("with a block outside of it");
    // Blocks don't share bytes, so that there are not more entries than bytes.
    if (size + trailer > room_) damaged("whose blocks overlap");
    room_ -= size_t(size + trailer);
    const std::string_view with_type = bytes_.substr(size_t(offset), size_t(size) + 1);
    if (masked_crc32c(with_type) != fixed(bytes_, size_t(offset + size) + 1, 4))
      damaged("with a block whose checksum does not fit");
    if (with_type.back() == 1) damaged("with blocks compressed by Snappy, which are not read");
    if (with_type.back() != 0) damaged("with a block compressed in a way that is not known");
    const std::string_view contents = with_type.substr(0, size_t(size));
    if (size < 4) damaged("with a block that is cut");
    const uint64_t restarts = fixed(contents, contents.size() - 4, 4);
    if (restarts > (size - 4) / 4) damaged("with a block that is cut");
    return contents.substr(0, size_t(size - 4 - 4 * restarts));
  }

  // Keys say how many bytes they share with the one before.
  std::vector<std::pair<std::string, std::string_view>> entries(std::string_view block) {
    std::vector<std::pair<std::string, std::string_view>> entries;
    Cursor in(block);
    std::string key;
    while (!in.done()) {
      const uint64_t shared = in.number(), own = in.number(), size = in.number();
      if (shared > key.size() || own > longest_key || shared + own > longest_key)
        damaged("with a key that is cut or too long");
      key.resize(size_t(shared));
      key += in.take(own);
      if ((of_keys_ += key.size() + 1) > most_of_keys) damaged("with more than 64 MB of keys");
      entries.emplace_back(key, in.take(size));
    }
    return entries;
  }

  std::string_view bytes_;
  size_t room_, of_keys_ = 0;
  std::map<std::string, std::string_view> all_{};
};

}  // namespace

std::map<std::string, std::string_view> read_sorted_table(std::string_view bytes) {
  return Table(bytes).read();
}

}  // namespace mobilith::file
