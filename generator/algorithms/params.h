// Kernel parameters: buffers whose every extent and stride is a constant, so that no index arithmetic is left
// at run time.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

namespace mobilith {

// A dense float buffer, extents innermost first, 64-byte aligned unless `aligned` is false (the caller's own
// memory).
Halide::ImageParam dense(const std::string& name, const std::vector<int>& extents, bool aligned = true);

// Gives the pipeline's output the same constants.
void dense_output(Halide::Func& output, const std::vector<int>& extents, bool aligned = true);

// Packed weights of a pointwise convolution: (lane, k, vector) with vector_lanes(channels, lanes) lanes, so
// that the inner loop reads one stream per vector.
Halide::ImageParam pointwise_weights(const std::string& name, int lanes, int k, int channels);

// The border of a 3x3 window: f(c, x, y) inside, zero outside. bounded: no value of f is infinite (it may be
// NaN), which saves instructions.
Halide::Func zero_border(const Halide::Func& f, int width, int height, bool bounded);

}  // namespace mobilith
