// Frozen graphs of TensorFlow: a Protobuf message with nodes, whose constants are nodes too.
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>

#include "formats/protobuf_survey.h"
#include "formats/readers.h"
#include "formats/tensorflow_file.h"

namespace mobilith::file {

namespace {

using Wire = google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

CodedInputStream stream(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          int(std::min<size_t>(bytes.size(), std::numeric_limits<int>::max())));
}

// A node begins with its name and its operation, which is a word.
bool begins_as_node(std::string_view bytes) {
  CodedInputStream in = stream(bytes);
  uint32_t size = 0;
  if (in.ReadTag() != 0x0a || !in.ReadVarint32(&size) || !in.Skip(int(std::min<uint32_t>(size, 1 << 20))) ||
      in.ReadTag() != 0x12 || !in.ReadVarint32(&size) || size == 0 || size > 100)
    return false;
  std::string word;
  if (!in.ReadString(&word, int(size))) return false;
  return std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '>';
  });
}

}  // namespace

// There is no magic: the message begins with a node.
bool is_tensorflow(const std::string& bytes) {
  if (!bytes.starts_with('\x0a')) return false;
  CodedInputStream in = stream(bytes);
  uint32_t size = 0;
  in.ReadTag();
  if (!in.ReadVarint32(&size)) return false;
  return begins_as_node(std::string_view(bytes).substr(size_t(in.CurrentPosition()), size));
}

Graph read_tensorflow(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  if (bytes->size() > size_t(std::numeric_limits<int>::max()))
    throw Error("over 2 GB, more than Protobuf allows");
  expect_few_fields(*bytes, *tensorflow::Graph::descriptor());
  const auto graph = std::make_shared<tensorflow::Graph>();
  if (!graph->ParseFromArray(bytes->data(), int(bytes->size())))
    throw Error("a TensorFlow graph that is cut or damaged");
  expect_known_fields(*graph);
  return read_tensorflow_graph({.graph = graph}, request);
}

}  // namespace mobilith::file
