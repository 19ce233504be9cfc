#include "formats/read_graph.h"

#include "formats/readers.h"
#include "graph/file_error.h"
#include "graph/infer.h"

namespace mobilith::file {

namespace {

// A new format is a reader and a row.
struct Format {
  const char* name;
  bool (*is)(const std::string& bytes);
  Graph (*read)(std::shared_ptr<const std::string> bytes, const ReadRequest&);
};
constexpr Format formats[] = {
    {"TFLite", is_tflite, read_tflite},
    {"ONNX", is_onnx, read_onnx},
    {"TensorFlow", is_tensorflow, read_tensorflow},
    {"SavedModel", is_saved_model, read_saved_model},
    {"TF.js", is_tfjs, read_tfjs},
};

const Format* find(const std::string& bytes) {
  for (const Format& format : formats)
    if (format.is(bytes)) return &format;
  return nullptr;
}

}  // namespace

std::string format_of(const std::string& bytes) {
  const Format* format = find(bytes);
  return format ? format->name : "";
}

Graph read_graph(std::shared_ptr<const std::string> bytes, const ReadRequest& request) {
  const Format* format = find(*bytes);
  if (!format) throw Error("neither a TFLite, ONNX, TensorFlow nor TF.js file");
  Graph graph = format->read(bytes, request);
  graph.format = format->name;
  infer(graph);
  return graph;
}

}  // namespace mobilith::file
