// The readers, a file for each.
#pragma once

#include "formats/read_graph.h"

namespace mobilith::file {

bool is_tflite(const std::string& bytes);
Graph read_tflite(std::shared_ptr<const std::string> bytes, const ReadRequest&);

bool is_onnx(const std::string& bytes);
Graph read_onnx(std::shared_ptr<const std::string> bytes, const ReadRequest&);

}  // namespace mobilith::file
