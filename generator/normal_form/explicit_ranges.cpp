// Tensors that are stored quantised become real: what they can't hold is a clamp.
#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

Graph passes::explicit_ranges(const Graph& graph) {
  Rewrite rewrite(graph);
  for (const Operation& operation : graph.operations) {
    std::vector<int> inputs;
    for (const int input : operation.inputs) inputs.push_back(rewrite.at(input));
    const int old = operation.outputs[0];
    const Tensor& tensor = graph.tensors[old];
    const bool nothing = operation.kind == OperationKind::requantise;  // between ways to store numbers
    int now = nothing ? rewrite.emit(operation, OperationKind::identity, {}, inputs, old)
                      : rewrite.emit(operation, operation.kind, operation.attributes, inputs, old);
    const auto& [scales, zeros, axis] = tensor.quantisation;
    if (!scales.empty()) {
      const auto [least, most] = range_of(tensor.type);
      const double zero = double(zeros.at(0));
      now = rewrite.emit(operation, OperationKind::clamp,
                         Clamp{scales[0] * (least - zero), scales[0] * (most - zero)}, {now}, old);
    }
    rewrite.stands(old, now);
  }
  return rewrite.finish();
}

}  // namespace mobilith::file
