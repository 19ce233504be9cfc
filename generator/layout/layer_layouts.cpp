#include "layout/layer_layouts.h"

namespace mobilith {

ConvolutionLayout layout_of(const ConvolutionShape& s, const Machine& machine) {
  const bool direct = s.direct || !s.pointwise();
  const Matrix products = matrix_of(s.window.taps() * s.in_channels, 1, s.out_channels, direct, machine);
  return {channels_of(s.in_channels, machine), products.out, products};
}

DepthwiseLayout layout_of(const DepthwiseShape& s, const Machine& machine) {
  DepthwiseLayout layout{channels_of(s.in_channels, machine), channels_of(s.expanded_channels, machine), {}};
  if (s.expand) layout.expand = matrix_of(s.in_channels, 1, s.expanded_channels, s.direct_expansion, machine);
  return layout;
}

GateLayout layout_of(const GateShape& s, const Machine& machine) {
  const bool direct = true;  // of one vector: nothing to share a pair's terms with
  const Matrix squeeze = matrix_of(s.channels, 1, s.hidden, direct, machine),
               excite = matrix_of(s.hidden, 1, s.channels, direct, machine);
  return {squeeze.in, excite.in, squeeze, excite};
}

PoolLayout layout_of(const PoolShape& s, const Machine& machine) {
  PoolLayout layout{channels_of(s.in_channels, machine), channels_of(s.features(), machine), {}};
  if (s.hidden_channels > 0)
    layout.convolution = matrix_of(s.in_channels, 1, s.hidden_channels, s.direct, machine);
  return layout;
}

DenseLayout layout_of(const DenseShape& s, const Machine& machine) {
  const Matrix products = matrix_of(s.in_channels, s.runs, s.out_channels, /*direct=*/true, machine);
  DenseLayout layout{products.in, products.out, products, 1};
  // Up to eight accumulators: enough to hide an FMA's latency, few enough for any machine's registers.
  constexpr int most = 8;
  for (int tile = 1; tile <= most; tile++)
    if (products.out.vectors % tile == 0) layout.tile = tile;
  return layout;
}

NormaliseLayout layout_of(const NormaliseShape& s, const Machine& machine) {
  return {channels_of(s.channels, machine)};
}

}  // namespace mobilith
