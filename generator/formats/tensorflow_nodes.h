// The functions that read nodes, by file; tensorflow_nodes.cpp has the table.
#pragma once

#include "formats/tensorflow_file.h"

namespace mobilith::file::tensorflow_nodes {

// tensorflow_windows.cpp
void conv(TensorflowReading&), depthwise(TensorflowReading&), max_pool(TensorflowReading&);
void average_pool(TensorflowReading&), fused_conv(TensorflowReading&), fused_depthwise(TensorflowReading&);
// tensorflow_functions.cpp
void bias_add(TensorflowReading&), batch_norm(TensorflowReading&), batch_norm_v2(TensorflowReading&);
void elementwise(TensorflowReading&), relu(TensorflowReading&), relu6(TensorflowReading&);
void plain(TensorflowReading&), softmax(TensorflowReading&), mean(TensorflowReading&);
void maximum(TensorflowReading&), matmul(TensorflowReading&), fused_matmul(TensorflowReading&);
// tensorflow_moves.cpp
void identity(TensorflowReading&), with_default(TensorflowReading&), reshape(TensorflowReading&);
void squeeze(TensorflowReading&), expand_dims(TensorflowReading&), transpose(TensorflowReading&);
void pad(TensorflowReading&), concat(TensorflowReading&), shape(TensorflowReading&);
void strided_slice(TensorflowReading&), pack(TensorflowReading&), cast(TensorflowReading&);

// What a fused node computes behind its convolution or product: the number of inputs that are its bias (0 or
// 1), and the activation.
Clamp take_fused(TensorflowReading&);

// "T", which is the type of what it makes.
void take_type(TensorflowReading&);

// "data_format": NHWC or NCHW.
ImageOrder take_order(TensorflowReading&);

}  // namespace mobilith::file::tensorflow_nodes
