#include "layout/quantised_products.h"

namespace mobilith {

namespace {

Channels in_channels(const QuantisedProductsShape& shape, const Machine& machine) {
  return shape.image ? image_channels_of(shape.in_channels) : byte_channels_of(shape.in_channels, machine);
}

QuantisedProductsLayout layout_of(const QuantisedProductsShape& shape, const Machine& machine, int group,
                                  int run, int blocks) {
  QuantisedProductsLayout layout;
  layout.in = in_channels(shape, machine);
  layout.out = byte_channels_of(shape.out_channels, machine);
  layout.group = group;
  layout.weight_bytes = group == 4 ? 1 : machine.wide_products ? 4 : 2;
  layout.run_groups = (run + layout.group - 1) / layout.group;
  layout.rows = shape.window.kernel_height, layout.blocks = blocks;
  return layout;
}

}  // namespace

int products_group(const Machine& machine, bool depthwise) {
  return depthwise && machine.byte_elements ? 1 : machine.byte_group;
}

QuantisedProductsLayout convolution_layout(const QuantisedProductsShape& shape, const Machine& machine) {
  const Channels in = in_channels(shape, machine);
  const bool pairs = shape.reduced_range && machine.byte_pairs && in.width % 4 == 0;
  const int group = pairs ? 4 : products_group(machine, /*depthwise=*/false);
  const int column = shape.window.dilation == 1 ? in.width : (in.width + group - 1) / group * group;
  QuantisedProductsLayout layout =
      layout_of(shape, machine, group, shape.window.kernel_width * column, in.vectors);
  layout.column_bytes = column, layout.byte_pairs = pairs;
  layout.elements = machine.byte_elements, layout.like_signs = machine.like_signs;
  return layout;
}

QuantisedProductsLayout depthwise_layout(const QuantisedProductsShape& shape, const Machine& machine) {
  const int group = products_group(machine, /*depthwise=*/true);
  QuantisedProductsLayout layout = layout_of(shape, machine, group, shape.window.kernel_width, 1);
  // Where registers are many, the shuffles of a window's rows are few.
  if (group == 2 && machine.registers < 32 && layout.in.count == layout.out.count &&
      layout.in.width == layout.out.width)
    layout.pair_columns = shape.window.stride_x() % 2 == 0 ? 2 : 1;
  return layout;
}

}  // namespace mobilith
