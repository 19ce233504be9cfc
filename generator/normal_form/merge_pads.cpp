// Zeros around an image go into the convolution or the average that reads them.
#include <algorithm>

#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;

// The pad before the operation whose zeros are around (n, y, x, c) in y and x; null: none.
const Operation* zeros_before(const Rewrite& rewrite, const Operation& operation) {
  const Operation* pad = rewrite.maker(operation.inputs[0]);
  if (!pad || pad->kind != Kind::pad) return nullptr;
  const auto& settings = std::get<Pad>(pad->attributes);
  if (settings.value != 0 || !settings.pads || settings.pads->size() != 8) return nullptr;
  for (const size_t other : {0, 3, 4, 7})
    if ((*settings.pads)[other] != 0) return nullptr;
  return pad;
}

void widen(Window& w, const std::vector<int64_t>& pads) {
  w.top += pads[1], w.left += pads[2];
  w.bottom += pads[5], w.right += pads[6];
}

// An average of windows none of which lies in the zeros alone.
bool fits(const Pool& pool) {
  const Window& w = pool.window;
  return !pool.maximum && !pool.ceiling && !(w.top || w.left || w.bottom || w.right);
}

}  // namespace

Graph passes::merge_pads(const Graph& graph) {
  Rewrite rewrite(graph);
  for (const Operation& operation : graph.operations) {
    Attributes attributes = operation.attributes;
    auto* convolution = std::get_if<Convolution>(&attributes);
    auto* pool = std::get_if<Pool>(&attributes);
    const Operation* pad = convolution || pool ? zeros_before(rewrite, operation) : nullptr;
    if (!pad || (convolution && convolution->window.order != ImageOrder::channels_last) ||
        (pool && !fits(*pool))) {
      rewrite.keep(operation);
      continue;
    }
    const auto& pads = *std::get<Pad>(pad->attributes).pads;
    if (pool) {
      const Window& w = pool->window;
      if (std::max(pads[1], pads[5]) > (w.height - 1) * w.dilation_height ||
          std::max(pads[2], pads[6]) > (w.width - 1) * w.dilation_width) {
        rewrite.keep(operation);
        continue;
      }
      pool->count_padding = true;
    }
    widen(convolution ? convolution->window : pool->window, pads);
    std::vector<int> inputs{rewrite.at(pad->inputs[0])};
    for (size_t i = 1; i < operation.inputs.size(); ++i) inputs.push_back(rewrite.at(operation.inputs[i]));
    const int old = operation.outputs[0];
    rewrite.stands(old, rewrite.emit(operation, operation.kind, attributes, inputs, old));
  }
  return rewrite.finish();
}

}  // namespace mobilith::file
