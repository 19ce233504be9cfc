// What is computed of constants alone is a constant.
#include "graph/operations.h"
#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

// Real constants as f64, whatever the file stores them as.
int real_constant(Rewrite& rewrite, int old) {
  const Tensor& tensor = rewrite.from.tensors[old];
  return rewrite.constant(tensor.name, *tensor.shape, rewrite.numbers(old));
}

}  // namespace

Graph passes::fold_constants(const Graph& graph) {
  Rewrite rewrite(graph);
  for (size_t i = 0; i < graph.tensors.size(); ++i)
    if (rewrite.is_constant(int(i)) && rewrite.uses(int(i)) && !is_whole(value_type(graph.tensors[i])))
      rewrite.stands(int(i), real_constant(rewrite, int(i)));
  std::vector<std::optional<Value>> folded(graph.tensors.size());
  for (const Operation& operation : graph.operations) {
    const OperationRow& row = row_of(operation.kind);
    Call call{operation, {}};
    bool known = true;
    for (const int input : operation.inputs) {
      if (input >= 0 && !folded[input] && rewrite.is_constant(input))
        folded[input] = value_of(graph.tensors[input]);
      if (input >= 0 && !folded[input])
        folded[input] = Value{.shape = rewrite.shape(input), .type = value_type(graph.tensors[input])};
      known &= input < 0 || folded[input]->known || row.asks_shape_alone;
      call.inputs.push_back(input < 0 ? nullptr : &*folded[input]);
    }
    if (!known) {
      rewrite.keep(operation);
      continue;
    }
    const int old = operation.outputs[0];
    Value value{.shape = rewrite.shape(old), .type = value_type(graph.tensors[old]), .known = true};
    value.numbers.resize(elements(value.shape, place_of(operation)));
    row.evaluate(call, value);
    rewrite.stands(old, rewrite.constant(graph.tensors[old].name, value.shape, value.numbers,
                                         is_whole(value.type) ? value.type : ElementType::f64));
    folded[old] = std::move(value);
  }
  return rewrite.finish();
}

}  // namespace mobilith::file
