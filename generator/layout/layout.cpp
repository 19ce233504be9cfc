#include "layout/layout.h"

namespace mobilith {

StemLayout layout_of(const StemShape& s, const Machine& machine) {
  const bool direct = true;  // its inputs are few
  Matrix products = matrix_of(s.window.taps() * s.in_channels, 1, s.out_channels, direct, machine);
  products.weights = ElementType::f32;
  return {products.out, products};
}

SeparableLayout layout_of(const SeparableShape& s, const Machine& machine) {
  const Matrix m = matrix_of(s.in_channels, s.depth_multiplier, s.out_channels, s.direct, machine);
  return {m.in, m.out, m};
}

InvertedResidualLayout layout_of(const InvertedResidualShape& s, const Machine& machine) {
  const Matrix expand = matrix_of(s.in_channels, 1, s.expanded_channels, s.direct_expansion, machine),
               project = matrix_of(s.expanded_channels, 1, s.out_channels, s.direct_projection, machine);
  return {channels_of(s.in_channels, machine), channels_of(s.expanded_channels, machine), project.out, expand,
          project};
}

HeadLayout layout_of(const HeadShape& s, const Machine& machine) {
  HeadLayout layout{channels_of(s.in_channels, machine),
                    channels_of(features_of(s), machine),
                    classes_of(s.classes, machine),
                    {},
                    {},
                    weights_type(machine)};
  if (s.hidden_channels > 0)
    layout.convolution = matrix_of(s.in_channels, 1, s.hidden_channels, s.direct, machine);
  layout.order = classifier_order(s, layout.features, layout.classes, machine);
  return layout;
}

}  // namespace mobilith
