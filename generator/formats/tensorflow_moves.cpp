// What TensorFlow moves: shapes, orders, parts.
#include <fmt/format.h>

#include "formats/tensorflow_nodes.h"

namespace mobilith::file {

void tensorflow_nodes::identity(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
}

// What it passes on where nobody says otherwise.
void tensorflow_nodes::with_default(TensorflowReading& node) {
  node.expect_inputs(1);
  node.output().type = node.type("dtype", ElementType::unsaid);
  const tensorflow::Shape* shape = node.shape("shape");
  if (shape && !shape->unknown_rank()) node.output().shape = extents_of(*shape, place_of(node.to));
}

void tensorflow_nodes::reshape(TensorflowReading& node) {
  node.expect_inputs(2);
  take_type(node);
  node.type("Tshape", ElementType::i32);
  node.to.attributes = Reshape{};
}

void tensorflow_nodes::squeeze(TensorflowReading& node) {
  node.expect_inputs(1);
  take_type(node);
  const auto axes = node.integers("squeeze_dims");
  node.to.attributes = axes.empty() ? Axes{} : Axes{axes};
}

void tensorflow_nodes::expand_dims(TensorflowReading& node) {
  node.expect_inputs(2);
  take_type(node);
  node.type("Tdim", ElementType::i32);
  node.to.attributes = Axes{};
}

void tensorflow_nodes::transpose(TensorflowReading& node) {
  node.expect_inputs(2);
  take_type(node);
  node.type("Tperm", ElementType::i32);
  node.to.attributes = Transpose{};
}

// PadV2 has the value as its third input.
void tensorflow_nodes::pad(TensorflowReading& node) {
  node.expect_inputs(node.to.type == "Pad" ? 2 : 3);
  take_type(node);
  node.type("Tpaddings", ElementType::i32);
  node.to.attributes = Pad{.interleaved = true};
}

// The last input is the axis.
void tensorflow_nodes::concat(TensorflowReading& node) {
  take_type(node);
  node.type("Tidx", ElementType::i32);
  const int64_t count = node.integer("N", 0);
  if (count < 1) refuse(node.to, fmt::format("N {}", count));
  node.expect_inputs(size_t(count) + 1);
  node.to.attributes = Axis{node.constant(size_t(count))};
  node.to.inputs.pop_back();
}

void tensorflow_nodes::shape(TensorflowReading& node) {
  node.expect_inputs(1);
  node.type("T", ElementType::unsaid);
  node.to.attributes = ShapeOf{.type = node.output().type = node.type("out_type", ElementType::i32)};
}

void tensorflow_nodes::strided_slice(TensorflowReading& node) {
  node.expect_inputs(4);
  take_type(node);
  node.type("Index", ElementType::i32);
  if (node.integer("ellipsis_mask", 0) || node.integer("new_axis_mask", 0))
    refuse(node.to, "ellipsis_mask or new_axis_mask");
  const auto mask = [&](const char* name) {
    const int64_t bits = node.integer(name, 0);
    if (bits < 0 || bits > 255) refuse(node.to, fmt::format("{} {}", name, bits));
    return uint32_t(bits);
  };
  node.to.attributes = StridedSlice{mask("begin_mask"), mask("end_mask"), mask("shrink_axis_mask")};
}

void tensorflow_nodes::pack(TensorflowReading& node) {
  take_type(node);
  const int64_t count = node.integer("N", 0);
  if (count < 1) refuse(node.to, fmt::format("N {}", count));
  node.expect_inputs(size_t(count));
  node.to.attributes = Axis{node.integer("axis", 0)};
}

void tensorflow_nodes::cast(TensorflowReading& node) {
  node.expect_inputs(1);
  node.type("SrcT", ElementType::unsaid);
  if (node.truth("Truncate", false)) refuse(node.to, "'Truncate'");
  node.output().type = node.type("DstT", ElementType::unsaid);
  node.to.attributes = Cast{node.output().type};
}

}  // namespace mobilith::file
