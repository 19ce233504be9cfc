// What graphs, state dicts and Keras's arrays consist of, on a channel. A structure that gets another field
// does not compile here before it crosses, too.
#pragma once

#include "apart/wire.h"
#include "graph/graph.h"
#include "state_dicts/state_dict.h"
#include "weights/model_content.h"

namespace mobilith {

namespace file {

// The last word of each list of words.
constexpr ElementType last_of(ElementType) { return ElementType::boolean; }
constexpr OperationKind last_of(OperationKind) { return OperationKind::reciprocal_root; }
constexpr ImageOrder last_of(ImageOrder) { return ImageOrder::channels_first; }
constexpr KernelOrder last_of(KernelOrder) { return KernelOrder::hwcm; }
constexpr Padding last_of(Padding) { return Padding::same_lower; }
constexpr Reduction last_of(Reduction) { return Reduction::maximum; }

}  // namespace file

// Settings of operations: numbers, words, lists and each other.
template <Wire W, typename Settings>
  requires requires(W& wire, Settings& settings) { fields(wire, settings); }
void pass(W& wire, Settings& settings) {
  fields(wire, settings);
}

namespace file {

void fields(auto& wire, Clamp& of) {
  auto& [low, high] = of;
  wire(low, high);
}
void fields(auto& wire, Window& of) {
  auto& [order, height, width, stride_height, stride_width, dilation_height, dilation_width, padding, top,
         left, bottom, right] = of;
  wire(order, height, width, stride_height, stride_width, dilation_height, dilation_width, padding, top, left,
       bottom, right);
}
void fields(auto& wire, Convolution& of) {
  auto& [window, kernel, groups, fused, said_multiplier] = of;
  wire(window, kernel, groups, fused, said_multiplier);
}
void fields(auto& wire, Pool& of) {
  auto& [window, maximum, count_padding, ceiling, fused] = of;
  wire(window, maximum, count_padding, ceiling, fused);
}
void fields(auto& wire, Elementwise& of) {
  auto& [fused] = of;
  wire(fused);
}
void fields(auto& wire, FullyConnected& of) {
  auto& [keep_axes, fused] = of;
  wire(keep_axes, fused);
}
void fields(auto& wire, Gemm& of) {
  auto& [alpha, beta, transpose_a, transpose_b] = of;
  wire(alpha, beta, transpose_a, transpose_b);
}
void fields(auto& wire, BatchNorm& of) {
  auto& [epsilon, axis] = of;
  wire(epsilon, axis);
}
void fields(auto& wire, HardSigmoid& of) {
  auto& [alpha, beta] = of;
  wire(alpha, beta);
}
void fields(auto& wire, Softmax& of) {
  auto& [axis, beta, flatten] = of;
  wire(axis, beta, flatten);
}
void fields(auto& wire, Normalise& of) {
  auto& [axis, least] = of;
  wire(axis, least);
}
void fields(auto& wire, Reduce& of) {
  auto& [what, axes, keep_axes, none_if_empty, rank] = of;
  wire(what, axes, keep_axes, none_if_empty, rank);
}
void fields(auto& wire, Axes& of) {
  auto& [axes] = of;
  wire(axes);
}
void fields(auto& wire, Reshape& of) {
  auto& [shape, zero_copies] = of;
  wire(shape, zero_copies);
}
void fields(auto& wire, Axis& of) {
  auto& [axis, fused] = of;
  wire(axis, fused);
}
void fields(auto& wire, Transpose& of) {
  auto& [axes] = of;
  wire(axes);
}
void fields(auto& wire, Pad& of) {
  auto& [pads, interleaved, value] = of;
  wire(pads, interleaved, value);
}
void fields(auto& wire, Quantise& of) {
  auto& [axis] = of;
  wire(axis);
}
void fields(auto& wire, Cast& of) {
  auto& [to] = of;
  wire(to);
}
void fields(auto& wire, ShapeOf& of) {
  auto& [begin, end, type] = of;
  wire(begin, end, type);
}
void fields(auto& wire, StridedSlice& of) {
  auto& [begin_mask, end_mask, shrink_mask] = of;
  wire(begin_mask, end_mask, shrink_mask);
}

}  // namespace file

// A model's content. graph_wire.cpp says what a Receiver refuses.
void pass(Sender&, HeldByFile&);
void pass(Receiver&, HeldByFile&);

}  // namespace mobilith
