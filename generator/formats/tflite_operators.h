// What the parts of the reader of TFLite's operators share.
#pragma once

#include "formats/tflite_file.h"
#include "graph/file_error.h"

namespace mobilith::file {

// One operator on its way to an operation.
struct OperatorReading {
  const tflite::Operator& from;
  flatbuffers::Verifier& verifier;
  Graph& graph;
  Operation& to;

  // Its options, which are of the row's type; null where the file has none, which means their defaults.
  template <class T>
  const T* options() const {
    if (!from.builtin_options()) return nullptr;
    const auto* options = reinterpret_cast<const T*>(from.builtin_options());
    if (!options->Verify(verifier)) refuse(to, "its options are damaged");
    expect_known_fields(reinterpret_cast<const uint8_t*>(options), *T::MiniReflectTypeTable(), place_of(to));
    return options;
  }
  // Where defaults would mean nothing.
  template <class T>
  const T& needed() const {
    const T* found = options<T>();
    if (!found) refuse(to, "it has no options");
    return *found;
  }
  const Tensor& output() const {
    if (to.outputs.empty()) refuse(to, "it has no output");
    return graph.tensors[to.outputs[0]];
  }
};

// The activation that an operator ends with. Throws Error for one that is not a clamp.
Clamp fused(const OperatorReading&, tflite::FusedActivation);

// The functions that read operators, by file; tflite_operators.cpp has the table.
namespace operators {
// tflite_functions.cpp
void conv_2d(OperatorReading&), depthwise_conv_2d(OperatorReading&), average_pool_2d(OperatorReading&);
void max_pool_2d(OperatorReading&), fully_connected(OperatorReading&), sum(OperatorReading&);
void product(OperatorReading&), elementwise(OperatorReading&), relu(OperatorReading&),
    relu6(OperatorReading&);
void relu_n1_to_1(OperatorReading&), relu_0_to_1(OperatorReading&), no_settings(OperatorReading&);
void softmax(OperatorReading&), log_softmax(OperatorReading&), l2_normalization(OperatorReading&),
    mean(OperatorReading&);
void reduce_max(OperatorReading&);
// tflite_moves.cpp
void reshape(OperatorReading&), squeeze(OperatorReading&), expand_dims(OperatorReading&),
    pad(OperatorReading&);
void transpose(OperatorReading&), concatenation(OperatorReading&), gather(OperatorReading&);
void pack(OperatorReading&), strided_slice(OperatorReading&), cast(OperatorReading&), shape(OperatorReading&);
}  // namespace operators

}  // namespace mobilith::file
