// Operations that change nothing, and reshapes of reshapes.
#include <algorithm>
#include <numeric>

#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;

bool real(const Rewrite& rewrite, int old) { return !is_whole(value_type(rewrite.from.tensors[old])); }

// Whether the operation's output is its first input.
bool does_nothing(const Rewrite& rewrite, const Operation& operation) {
  const int in = operation.inputs[0], out = operation.outputs[0];
  const auto constant = [&](double value) {
    return operation.inputs.size() == 2 && rewrite.scalar(operation.inputs[1]) == value &&
           rewrite.shape(in) == rewrite.shape(out);
  };
  switch (operation.kind) {
    case Kind::identity:
      return true;
    case Kind::cast:
      return real(rewrite, in) && real(rewrite, out);
    case Kind::reshape:
      return rewrite.shape(in) == rewrite.shape(out);
    case Kind::clamp:
      return std::get<Clamp>(operation.attributes) == Clamp{};
    case Kind::concatenate:
      return operation.inputs.size() == 1;
    case Kind::add:
    case Kind::subtract:
      return constant(0);
    case Kind::multiply:
    case Kind::divide:
      return constant(1);
    case Kind::transpose: {
      const auto& axes = std::get<Transpose>(operation.attributes).axes;
      return axes && std::is_sorted(axes->begin(), axes->end());
    }
    case Kind::reduce: {
      const auto& settings = std::get<Reduce>(operation.attributes);
      return settings.axes && settings.keep_axes && rewrite.shape(in) == rewrite.shape(out);
    }
    case Kind::pool: {
      const auto& w = std::get<Pool>(operation.attributes).window;
      return w.height == 1 && w.width == 1 && rewrite.shape(in) == rewrite.shape(out);
    }
    case Kind::pad: {
      const auto& pads = std::get<Pad>(operation.attributes).pads;
      return pads && std::all_of(pads->begin(), pads->end(), [](int64_t n) { return n == 0; });
    }
    default:
      return false;
  }
}

// Whether the axes of more than one element stay in their order: then a transpose only changes the shape.
bool moves_nothing(const Rewrite& rewrite, const Operation& operation) {
  if (operation.kind != Kind::transpose) return false;
  const auto& axes = std::get<Transpose>(operation.attributes).axes;
  if (!axes) return false;
  int64_t before = -1;
  for (const int64_t axis : *axes) {
    if (rewrite.shape(operation.inputs[0])[axis] == 1) continue;
    if (axis < before) return false;
    before = axis;
  }
  return true;
}

}  // namespace

Graph passes::remove_nothing(const Graph& graph) {
  Rewrite rewrite(graph);
  for (const Operation& operation : graph.operations) {
    const int old = operation.outputs[0];
    int in = operation.inputs[0];
    if (does_nothing(rewrite, operation)) {
      rewrite.stands(old, rewrite.at(in));
      continue;
    }
    if (operation.kind != Kind::reshape && !moves_nothing(rewrite, operation)) {
      rewrite.keep(operation);
      continue;
    }
    // What reshapes before it did is undone by it.
    for (const Operation* before = rewrite.maker(in); before && before->kind == Kind::reshape;
         before = rewrite.maker(in))
      in = before->inputs[0];
    if (rewrite.shape(in) == rewrite.shape(old))
      rewrite.stands(old, rewrite.at(in));
    else
      rewrite.stands(old, rewrite.emit(operation, Kind::reshape, Reshape{.shape = rewrite.shape(old)},
                                       {rewrite.at(in)}, old));
  }
  return rewrite.finish();
}

}  // namespace mobilith::file
