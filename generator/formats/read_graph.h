// From a model file's bytes to what it computes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "graph/graph.h"

namespace mobilith::file {

// What the user says of a file that leaves it open.
struct ReadRequest {
  std::optional<int> height{}, width{};  // of the image, where the file leaves them open
  // The bytes of a file in this one's folder or below, of at most `most` bytes and one more. Its name is
  // relative, without "." and "..". Throws Error where there is none. Nothing: models that consist of
  // several files are refused.
  std::function<std::string(const std::string& name, size_t most)> beside{};
};

// The file's name of its own kind ("TFLite", "ONNX", "TensorFlow"...), by its content; empty: none of those
// that are read here.
std::string format_of(const std::string& bytes);

// The file's graph with all types and shapes. Every operation, setting and tensor of the file is in it, or
// the file is refused: throws Error, one line, which does not name the file. Memory and time are bounded by
// the file's size and by infer()'s limits. `bytes` stay alive with the graph, which points into them.
Graph read_graph(std::shared_ptr<const std::string> bytes, const ReadRequest& = {});

}  // namespace mobilith::file
