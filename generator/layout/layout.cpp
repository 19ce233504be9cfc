#include "layout/layout.h"

namespace mobilith {

StemLayout layout_of(const StemShape& s, const Machine& machine) {
  const int run = s.window.kernel_width * s.in_channels;
  const bool dots = machine.bf16_products && !machine.element_operand && run > 1;
  const int filled = dots ? run + run % 2 : run;
  // Its inputs are too few for pairs of products, and for weights of another type to be worth it.
  Matrix products = matrix_of(s.window.kernel_height * filled, 1, s.out_channels, /*direct=*/!dots, machine);
  if (!dots) products.weights = ElementType::f32;
  if (machine.bf16_products) products.factors = ElementType::bf16;
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
