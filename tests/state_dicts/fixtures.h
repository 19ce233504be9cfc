// State dicts in tests: the committed files, and such that are made byte by byte.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "graph/file_error.h"
#include "state_dicts/state_dict.h"

namespace mobilith::testing {

inline std::string fixture(const std::string& name) {
  std::ifstream file(MOBILITH_TEST_DATA "/state_dicts/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline file::StateDict read(const std::string& bytes) {
  return file::read_state_dict(std::make_shared<const std::string>(bytes));
}

// Why the file is refused; empty: it is not.
inline std::string refusal(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

inline std::string little_endian(uint64_t number, int width) {
  std::string bytes;
  for (int i = 0; i < width; i++) bytes += char(number >> 8 * i & 255);
  return bytes;
}

// Opcodes, by the names of Python's pickletools.
inline std::string text(const std::string& t) { return "X" + little_endian(t.size(), 4) + t; }
inline std::string number(int64_t n) { return "\x8a\x08" + little_endian(uint64_t(n), 8); }
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::string& items) { return "(" + items + "t"; }
inline std::string numbers(const std::vector<int64_t>& all) {
  std::string items;
  for (const int64_t n : all) items += number(n);
  return tuple(items);
}
inline std::string pickle(const std::string& opcodes) { return "\x80\x02" + opcodes + "."; }

inline std::string storage(const std::string& type, const std::string& key, int64_t size) {
  return tuple(text("storage") + global("torch", type) + text(key) + text("cpu") + number(size)) + "Q";
}
inline std::string tensor(const std::string& storage, int64_t offset, const std::vector<int64_t>& shape,
                          const std::vector<int64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple(storage + number(offset) + numbers(shape) + numbers(strides) + "\x89" +
               global("collections", "OrderedDict") + ")R") +
         "R";
}

// A storage of the old form.
struct Raw {
  std::string key, bytes;
  uint64_t size = 0;
};

// torch.save's old form around an object's opcodes.
inline std::string old_form(const std::string& object, const std::vector<Raw>& storages = {}) {
  std::string bytes = pickle(std::string("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12)) +
                      pickle("M\xe9\x03") + pickle("}" + text("little_endian") + "\x88s") + pickle(object);
  std::string keys = "](", data;
  for (const Raw& raw : storages) {
    keys += text(raw.key);
    data += little_endian(raw.size, 8) + raw.bytes;
  }
  return bytes + pickle(keys + "e") + data;
}

// A dictionary of one tensor "w" of four f32, 0, of the storage "0", as this shape.
inline std::string one_tensor(int64_t offset, const std::vector<int64_t>& shape,
                              const std::vector<int64_t>& strides, int64_t claimed = 4) {
  return old_form(
      "}" + text("w") + tensor(storage("FloatStorage", "0", claimed), offset, shape, strides) + "s",
      {{"0", std::string(16, '\0'), 4}});
}

}  // namespace mobilith::testing
