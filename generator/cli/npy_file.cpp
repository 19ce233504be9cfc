#include "cli/npy_file.h"

#include <fmt/format.h>

#include <cstring>
#include <regex>
#include <stdexcept>
#include <string>

#include "process/read_file.h"

namespace mobilith {

namespace {

struct Header {
  std::string type;
  bool columns_first = false;
  std::vector<int64_t> shape;
  size_t begin = 0;  // of the values
};

Header header_of(const std::string& bytes) {
  if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY"))
    throw std::runtime_error("no file of NumPy's save()");
  const int version = uint8_t(bytes[6]);
  if (version < 1 || version > 3)
    throw std::runtime_error(fmt::format("version {}; expected 1 to 3", version));
  const size_t width = version == 1 ? 2 : 4;
  size_t length = 0;
  for (size_t i = 0; i < width; i++) length |= size_t(uint8_t(bytes[8 + i])) << (8 * i);
  const size_t begin = 8 + width + length;
  if (length > 4096 || begin > bytes.size()) throw std::runtime_error("its header does not end");
  const std::string text = bytes.substr(8 + width, length);
  static const std::regex form(
      R"(\{'descr': '([^']{1,8})', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*)");
  std::smatch parts;
  if (!std::regex_match(text, parts, form)) throw std::runtime_error("a header that is not a plain array's");
  Header header{parts[1], parts[2] == "True", {}, begin};
  static const std::regex number("[0-9]{1,9}");
  const std::string extents = parts[3];
  for (std::sregex_iterator i(extents.begin(), extents.end(), number), end; i != end; ++i)
    header.shape.push_back(std::stoll(i->str()));
  return header;
}

template <class T>
std::vector<double> numbers(const char* from, size_t count) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; i++) {
    T value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    values[i] = double(value);
  }
  return values;
}

Array array_of(const std::string& bytes) {
  const Header header = header_of(bytes);
  const size_t width = header.type == "<f4" ? 4 : header.type == "<f8" ? 8 : header.type == "|u1" ? 1 : 0;
  if (width == 0)
    throw std::runtime_error(fmt::format("values of type '{}'; expected <f4, <f8 or |u1", header.type));
  if (header.columns_first && header.shape.size() > 1)
    throw std::runtime_error("in Fortran's order; expected C's");
  size_t count = 1;
  for (const int64_t extent : header.shape)
    if (extent == 0 || (count *= size_t(extent)) > (size_t{1} << 28))
      throw std::runtime_error("no values, or more than 2^28");
  if (bytes.size() - header.begin != count * width)
    throw std::runtime_error(
        fmt::format("{} bytes of values; its shape says {}", bytes.size() - header.begin, count * width));
  const char* from = bytes.data() + header.begin;
  return {header.shape, width == 4   ? numbers<float>(from, count)
                        : width == 8 ? numbers<double>(from, count)
                                     : numbers<uint8_t>(from, count)};
}

}  // namespace

Array read_npy(const std::filesystem::path& path) {
  try {
    return array_of(read_regular_file(path, size_t{1} << 31));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace mobilith
