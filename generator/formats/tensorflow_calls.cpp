#include "formats/tensorflow_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "graph/file_error.h"

namespace mobilith::file {

namespace {

int index_of(std::string_view digits, const std::string& text) {
  int index = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc() || end != digits.data() + digits.size() || index < 0 || index > 65535)
    throw Error(fmt::format("{} is no tensor", quoted(text)));
  return index;
}

// What only says where and how a function runs.
constexpr const char* remarks[] = {"Tin", "Tout", "config", "config_proto", "executor_type"};

}  // namespace

Reference reference_of(const std::string& text) {
  if (text.starts_with('^')) return {.node = text.substr(1), .control = true};
  const size_t first = text.find(':');
  if (first == std::string::npos) return {.node = text};
  const size_t second = text.find(':', first + 1);
  if (second == std::string::npos)
    return {.node = text.substr(0, first), .index = index_of(std::string_view(text).substr(first + 1), text)};
  return {.node = text.substr(0, first),
          .output = text.substr(first + 1, second - first - 1),
          .index = index_of(std::string_view(text).substr(second + 1), text)};
}

// Of operations with one output or one list of outputs its index is the tensor's. A batch norm has several:
// what it makes, and statistics, which the reader does not know.
int place_of_output(const tensorflow::Node& node, const Reference& reference) {
  const bool several = node.op().starts_with("FusedBatchNorm") && !reference.output.empty();
  return reference.index + (several && reference.output != "y");
}

std::string called_by(const tensorflow::Node& node, const FunctionLibrary& library) {
  if (library.has(node.op())) return node.op();
  if (node.op() != "PartitionedCall" && node.op() != "StatefulPartitionedCall") return "";
  const std::string place = fmt::format("call {}", quoted(node.name()));
  std::string called;
  for (const auto& entry : node.attr()) {
    if (entry.key() != "f") {
      const auto same = [&](const char* remark) { return entry.key() == remark; };
      if (!entry.key().starts_with('_') && std::none_of(std::begin(remarks), std::end(remarks), same))
        throw Error(fmt::format("{}: attribute {} is not known", place, quoted(entry.key())));
      continue;
    }
    tensorflow::FunctionName name;
    if (!called.empty() || !name.ParseFromString(entry.value().func()) || name.name().empty() ||
        name.attr_size())
      throw Error(place + ": its function has no name, or is generic");
    called = name.name();
  }
  if (called.empty()) throw Error(place + ": it does not say a function");
  return called;
}

}  // namespace mobilith::file
