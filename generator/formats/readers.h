// The readers, a file for each.
#pragma once

#include "formats/read_graph.h"

namespace mobilith::file {

bool is_tflite(const std::string& bytes);
Graph read_tflite(std::shared_ptr<const std::string> bytes, const ReadRequest&);

bool is_onnx(const std::string& bytes);
Graph read_onnx(std::shared_ptr<const std::string> bytes, const ReadRequest&);

// Frozen graphs: a GraphDef.
bool is_tensorflow(const std::string& bytes);
Graph read_tensorflow(std::shared_ptr<const std::string> bytes, const ReadRequest&);

// saved_model.pb; the variables are in files in the folder beside it.
bool is_saved_model(const std::string& bytes);
Graph read_saved_model(std::shared_ptr<const std::string> bytes, const ReadRequest&);

// model.json; the weights are in files beside it.
bool is_tfjs(const std::string& bytes);
Graph read_tfjs(std::shared_ptr<const std::string> bytes, const ReadRequest&);

}  // namespace mobilith::file
