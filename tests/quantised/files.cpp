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

}  // namespace mobilith::testing
