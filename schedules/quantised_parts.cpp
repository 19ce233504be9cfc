#include "schedules/quantised_parts.h"

#include <algorithm>

namespace mobilith::quantised_parts {
using namespace Halide;

void place(Func& func, Func& output, const Var& strip, bool first) {
  if (first)
    func.compute_root();
  else
    func.compute_at(output, strip);
}

void schedule_rows(QuantisedProducts& s, const QuantisedProductsShape& shape,
                   const QuantisedProductsLayout& layout, const Var& strip, bool first, bool depthwise) {
  if (s.wide.defined()) {
    place(s.wide, s.output, strip, first);
    s.wide.vectorize(s.lane, layout.in.width, TailStrategy::RoundUp);
  }
  if (!s.rows.defined()) return;
  const Window& w = shape.window;
  const Var byte = s.rows.args()[0];
  // The last group of the last pixel reads beyond its window: a depthwise one whole columns, others bytes.
  const int columns = std::max(w.kernel_width, layout.run_groups * layout.group) * w.dilation;
  const int reach =
      (w.stride_x() * (w.out_width - 1) + (depthwise ? columns : w.kernel_width * w.dilation) + 1) *
          layout.in.width +
      layout.group;
  place(s.rows, s.output, strip, first);
  if (s.pairs.defined()) {
    place(s.pairs, s.output, strip, first);
    s.pairs.vectorize(s.pairs.args()[0]).vectorize(s.lane);
  }
  if (s.rows.type().bits() == 32) {  // groups, not bytes
    s.rows.bound(byte, 0, parts(reach, 16) * 4).vectorize(byte, 4, TailStrategy::RoundUp);
    return;
  }
  s.rows.bound(byte, 0, parts(reach, 64) * 64);
  s.rows.vectorize(byte, shape.image ? 16 : layout.in.width, TailStrategy::RoundUp);
}

void hold_update(QuantisedProducts& s, Stage update, const RVar& group, const std::vector<RVar>& loops,
                 int lanes) {
  std::vector<VarOrRVar> order{group, s.lane, s.pixel.front(), s.vector};
  if (s.pixel.size() > 1) order.push_back(s.pixel.back());
  order.insert(order.end(), loops.begin(), loops.end());
  update.reorder(order)
      .atomic()
      .vectorize(group)
      .vectorize(s.lane, lanes)
      .unroll(s.pixel.front())
      .unroll(s.vector);
}

void hold(QuantisedProducts& s, Func& sum, const QuantisedProductsLayout& layout,
          const std::vector<RVar>& loops, const Var& at) {
  const int lanes = layout.out.width;
  sum.compute_at(s.output, at).vectorize(s.lane, lanes).unroll(s.pixel.front()).unroll(s.vector);
  hold_update(s, sum.update(), s.k.x, loops, lanes);
  if (s.pixel.size() > 1) sum.unroll(s.pixel.back()).update().unroll(s.pixel.back());
}

void sums_to_bytes(QuantisedProducts& s, const Var& pixels, int lanes, const QuantisedProductsShape& shape,
                   const Machine& machine) {
  s.output.vectorize(s.lane, lanes);
  if (shape.near && packs_bytes(machine))
    s.output.vectorize(pixels);
  else
    s.output.unroll(pixels);
}

}  // namespace mobilith::quantised_parts
