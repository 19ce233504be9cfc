#include "layout/quantised_products.h"

namespace mobilith {

namespace {

Channels in_channels(const QuantisedProductsShape& shape, const Machine& machine) {
  return shape.image ? image_channels_of(shape.in_channels) : byte_channels_of(shape.in_channels, machine);
}

QuantisedProductsLayout layout_of(const QuantisedProductsShape& shape, const Machine& machine, int run,
                                  int blocks) {
  QuantisedProductsLayout layout;
  layout.in = in_channels(shape, machine);
  layout.out = byte_channels_of(shape.out_channels, machine);
  layout.group = machine.byte_group;
  layout.weight_bytes = machine.byte_group == 4 ? 1 : machine.wide_products ? 4 : 2;
  layout.run_groups = (run + layout.group - 1) / layout.group;
  layout.rows = shape.window.kernel_height, layout.blocks = blocks;
  return layout;
}

}  // namespace

QuantisedProductsLayout convolution_layout(const QuantisedProductsShape& shape, const Machine& machine) {
  const Channels in = in_channels(shape, machine);
  const int group = machine.byte_group;
  const int column = shape.window.dilation == 1 ? in.width : (in.width + group - 1) / group * group;
  QuantisedProductsLayout layout = layout_of(shape, machine, shape.window.kernel_width * column, in.vectors);
  layout.column_bytes = column;
  return layout;
}

QuantisedProductsLayout depthwise_layout(const QuantisedProductsShape& shape, const Machine& machine) {
  return layout_of(shape, machine, shape.window.kernel_width, 1);
}

}  // namespace mobilith
