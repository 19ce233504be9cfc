// Operations that move numbers, or compute shapes: on stored numbers they are the interpreter's own.
#include <algorithm>

#include "quantised/operations.h"

namespace mobilith::quantised {

using file::OperationKind;

namespace {

bool computes_shapes(const Step& step) { return step.result.quantisation.scales.empty(); }

// How many of the inputs are data; the others are axes and shapes.
size_t data_inputs(const Step& step) {
  const bool all =
      step.operation.kind == OperationKind::concatenate || step.operation.kind == OperationKind::pack;
  return all ? step.tensors.size() : 1;
}

}  // namespace

void operations::check_move(const Step& step) {
  if (computes_shapes(step)) {
    for (size_t i = 0; i < data_inputs(step); ++i)
      if (step.operation.kind != OperationKind::shape && step.tensors[i] && is_byte(*step.tensors[i]))
        refuse_tensor(step, *step.tensors[i], "it has a scale, and the result has none");
    if (!file::is_whole(step.result.type) && step.mode != Requantise::onnx)
      file::refuse(step.operation, "it moves floats");
    return;
  }
  expect_bytes(step, 0, data_inputs(step) - 1);
  for (size_t i = 0; i < data_inputs(step); ++i) expect_same_scale(step, i);
  const auto* axis = std::get_if<file::Axis>(&step.operation.attributes);
  if (axis && axis->fused != file::Clamp{})
    file::refuse(step.operation, "an activation, which LiteRT refuses");
  if (step.operation.kind == OperationKind::pad && step.has(2)) {
    expect_bytes(step, 2, 2);
    expect_same_scale(step, 2);
  }
}

void operations::move(const Step& step, file::Value& output) {
  file::Attributes settings = step.operation.attributes;
  // What a pad means is 0.
  if (auto* pad = std::get_if<file::Pad>(&settings); pad && !computes_shapes(step))
    pad->value = zero_of(step.result);
  exactly(step, settings, step.values, output);
}

}  // namespace mobilith::quantised
