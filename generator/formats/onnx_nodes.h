// The functions that read nodes, by file; onnx_nodes.cpp has the table.
#pragma once

#include "formats/onnx_file.h"

namespace mobilith::file::nodes {

// onnx_windows.cpp
void conv(NodeReading&), average_pool(NodeReading&), max_pool(NodeReading&);
void global_average_pool(NodeReading&), global_max_pool(NodeReading&);
// onnx_functions.cpp
void batch_normalization(NodeReading&), clip(NodeReading&), relu(NodeReading&), hard_sigmoid(NodeReading&);
void softmax(NodeReading&), lp_normalization(NodeReading&), elementwise(NodeReading&), plain(NodeReading&);
void gemm(NodeReading&), matmul(NodeReading&), reduce_mean(NodeReading&), reduce_max(NodeReading&);
void dropout(NodeReading&), quantize_linear(NodeReading&), dequantize_linear(NodeReading&);
// onnx_moves.cpp
void reshape(NodeReading&), flatten(NodeReading&), axes(NodeReading&), transpose(NodeReading&),
    pad(NodeReading&);
void concat(NodeReading&), shape(NodeReading&), gather(NodeReading&), slice(NodeReading&), cast(NodeReading&);

// onnx_linear.cpp: each becomes DequantizeLinear of its inputs, the operation of floats and QuantizeLinear.
void linear_conv(NodeReading&), linear_gemm(NodeReading&), linear_matmul(NodeReading&);
void linear_add(NodeReading&), linear_multiply(NodeReading&), linear_concat(NodeReading&);
void linear_global_average_pool(NodeReading&), linear_average_pool(NodeReading&);
void linear_sigmoid(NodeReading&), linear_softmax(NodeReading&);

}  // namespace mobilith::file::nodes
