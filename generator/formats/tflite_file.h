// What the reader of TFLite files asks of FlatBuffers.
#pragma once

#include <mobilith_tflite.h>

#include "graph/graph.h"

namespace mobilith::file {

// Throws Error where a table, or one that it refers to, has a field that mobilith_tflite.fbs does not know:
// what it says may change what the file computes. place: how messages call the table.
void expect_known_fields(const uint8_t* table, const flatbuffers::TypeTable&, const std::string& place);

// The file's word for an operator; "custom operator 'X'".
std::string name_of(const tflite::OperatorCode&);

// One operator's kind and settings, in an operation whose type, name, inputs and outputs are there. Throws
// Error for an operator or a setting that is not known. May add tensors.
void read_operator(const tflite::Operator&, const tflite::OperatorCode&, flatbuffers::Verifier&, Graph&,
                   Operation&);

// A tensor of the file. The bytes stay in `owner`. open: the graph's inputs are not those that the file's
// shapes are for. Throws Error.
Tensor read_tensor(const tflite::Tensor&, const tflite::Model&,
                   const std::shared_ptr<const std::string>& owner, bool open);

}  // namespace mobilith::file
