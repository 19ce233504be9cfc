#include "normal_form/normal_form.h"

namespace mobilith::file {

Graph with_factors(const Graph& graph) {
  using Pass = Graph (*)(const Graph&);
  // Spellings are looked for twice: what is in one spelling may be a part of another.
  constexpr Pass in_order[] = {passes::explicit_ranges, passes::fold_constants,    passes::separate_functions,
                               passes::channels_last,   passes::remove_nothing,    passes::spell_activations,
                               passes::remove_nothing,  passes::spell_activations, passes::merge_pads};
  Graph result = graph;
  for (const Pass pass : in_order) result = pass(result);
  return result;
}

Graph normalise(const Graph& graph) {
  return passes::remove_nothing(passes::fold_factors(with_factors(graph)));
}

}  // namespace mobilith::file
