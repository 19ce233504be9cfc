// Checkpoints of TensorFlow, with a choice of what is wrong with them.
#pragma once

#include <mobilith_tensorflow.pb.h>

#include <string>
#include <vector>

#include "formats/crc32c.h"

namespace mobilith::testing {

namespace tensorflow = mobilith::file::tensorflow;

inline std::string little_endian(uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += char(value >> 8 * i);
  return bytes;
}

inline std::string varint(uint64_t value) {
  std::string bytes;
  for (; value > 127; value >>= 7) bytes += char(value | 128);
  return bytes + char(value);
}

struct TableEntry {
  std::string key, value;
};

// LevelDB's table: blocks of entries, a block of blocks, a footer.
class TableWriter {
 public:
  char type = 0;  // of blocks: 1 is Snappy's
  std::string bytes{};

  // An entry's bytes; `shared`: how many bytes of the key before it begins with.
  static std::string entry(const TableEntry& one, size_t shared = 0) {
    return varint(shared) + varint(one.key.size() - shared) + varint(one.value.size()) +
           one.key.substr(shared) + one.value;
  }
  // Writes a block; returns its place.
  std::string block(std::string contents) {
    contents += little_endian(0, 4) + little_endian(1, 4);  // restarts: one, at its beginning
    const std::string place = varint(bytes.size()) + varint(contents.size());
    contents += type;
    bytes += contents + little_endian(mobilith::file::masked_crc32c(contents), 4);
    return place;
  }
  // blocks: the places of all blocks. Returns the file.
  std::string finish(const std::vector<std::string>& blocks) {
    std::string index;
    for (size_t i = 0; i < blocks.size(); ++i)
      index += entry({std::string(1, char('a' + char(i))), blocks[i]});
    std::string footer = varint(0) + varint(0) + block(index);
    footer.resize(40);
    return bytes + footer + little_endian(0xdb4775248b80fb57, 8);
  }
};

inline std::string table(const std::vector<TableEntry>& entries) {
  TableWriter writer;
  std::string contents;
  for (const TableEntry& one : entries) contents += TableWriter::entry(one);
  return writer.finish({writer.block(contents)});
}

}  // namespace mobilith::testing
