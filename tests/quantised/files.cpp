#include "quantised/files.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "quantised/fuse.h"

namespace mobilith::testing {

file::Graph graph_of_bytes(std::string bytes) {
  file::Graph graph = file::read_graph(std::make_shared<const std::string>(std::move(bytes)));
  return quantised::quantises(graph) ? quantised::fused(graph) : graph;
}

file::Graph graph_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path.string());
  return graph_of_bytes({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

std::string stored_bytes(const file::Value& value, file::ElementType type) {
  std::string bytes;
  for (const double x : value.numbers) {
    const auto whole = int64_t(x);
    const auto real = float(x);
    bytes.append(
        file::is_whole(type) ? reinterpret_cast<const char*>(&whole) : reinterpret_cast<const char*>(&real),
        size_t(file::width_of(type)));
  }
  return bytes;
}

std::vector<double> formula_input(const file::Tensor& tensor) {
  std::vector<double> numbers;
  uint64_t state = 12345;
  for (int64_t i = file::elements(*tensor.shape, "input"); i > 0; --i) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const double byte = double(state >> 16 & 255);
    numbers.push_back(tensor.type == file::ElementType::f32  ? (byte - 128) / 16
                      : tensor.type == file::ElementType::i8 ? byte - 128
                                                             : byte);
  }
  return numbers;
}

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    constexpr const char* digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace mobilith::testing
