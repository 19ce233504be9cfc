#include "layout/layer_layouts.h"

#include <algorithm>

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

namespace {

// Several streams that leave no rest; or nothing.
bool take_streams(DenseLayout& layout, int vectors, int vector_bytes) {
  // Five accumulators hide an FMA's latency, twelve leave registers on any machine. A stream has whole lines.
  constexpr int least = 5, most = 12, line = 64;
  for (const int streams : {4, 3, 5, 2})
    for (int tile = most / streams; tile * vector_bytes >= line && tile * streams >= least; tile--)
      if (vectors % (tile * streams) == 0) {
        layout.tile = tile, layout.streams = streams;
        return true;
      }
  return false;
}

}  // namespace

DenseLayout layout_of(const DenseShape& s, const Machine& machine) {
  const Matrix products = matrix_of(s.in_channels, s.runs, s.out_channels, /*direct=*/true, machine);
  DenseLayout layout{products.in, products.out, products};
  const int vectors = products.out.vectors;
  // Vectors of 128 bits are bound by their instructions instead, of which a stream's address is one.
  if (machine.lanes >= 8 && take_streams(layout, vectors, products.out.width * bytes_of(products.weights)))
    return layout;
  for (int tile = 1; tile <= 8; tile++)
    if (vectors % tile == 0) layout.tile = tile;
  if (layout.tile == 1) layout.streams = std::min(vectors, 8);
  return layout;
}

NormaliseLayout layout_of(const NormaliseShape& s, const Machine& machine) {
  return {channels_of(s.channels, machine)};
}

}  // namespace mobilith
