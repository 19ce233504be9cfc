#include "plan/quantised_weights.h"

#include <algorithm>
#include <stdexcept>

namespace mobilith {

namespace {

using Layout = QuantisedProductsLayout;

// Where product (row, column, c) is: its place in a group, and the group.
struct Place {
  int i, group;
};

Place convolution_place(const Layout& layout, int row, int column, int c) {
  const int byte = column * layout.column_bytes + c % layout.in.width, block = c / layout.in.width;
  return {byte % layout.group, byte / layout.group + layout.run_groups * (row + layout.rows * block)};
}

Place depthwise_place(const Layout& layout, int row, int column) {
  return {column % layout.group, column / layout.group + layout.run_groups * row};
}

template <typename T>
std::string bytes_as(const std::vector<int16_t>& numbers) {
  const std::vector<T> typed(numbers.begin(), numbers.end());
  return {reinterpret_cast<const char*>(typed.data()), typed.size() * sizeof(T)};
}

std::string as_bytes(const std::vector<int16_t>& numbers, int weight_bytes) {
  if (weight_bytes == 1) return bytes_as<int8_t>(numbers);
  return weight_bytes == 2 ? bytes_as<int16_t>(numbers) : bytes_as<int32_t>(numbers);
}

// set(place, output, index of the weight) for each weight.
template <typename Set>
void for_each_weight(const QuantisedProductsShape& shape, const Layout& layout, bool depthwise, Set set) {
  size_t index = 0;
  for (int row = 0; row < shape.window.kernel_height; row++)
    for (int column = 0; column < shape.window.kernel_width; column++)
      for (int c = 0; c < (depthwise ? 1 : shape.in_channels); c++)
        for (int o = 0; o < shape.out_channels; o++, index++)
          set(depthwise ? depthwise_place(layout, row, column) : convolution_place(layout, row, column, c), o,
              index);
}

size_t position(const Layout& layout, const Place& place, int o) {
  const Channels& out = layout.out;
  return ((size_t(o / out.width) * layout.groups() + place.group) * out.width + o % out.width) *
             layout.group +
         place.i;
}

}  // namespace

SplitWeights split_weights(const std::vector<int16_t>& weights, bool bytes) {
  SplitWeights split{weights, 0};
  if (!bytes || weights.empty()) return split;
  const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
  if (*least >= INT8_MIN && *most <= INT8_MAX) return split;
  split.offset = *most > INT8_MAX ? *most - INT8_MAX : *least - INT8_MIN;
  if (*least - split.offset < INT8_MIN || *most - split.offset > INT8_MAX)
    throw std::logic_error("weights of more than 8 bits");
  for (int16_t& weight : split.weights) weight = static_cast<int16_t>(weight - split.offset);
  return split;
}

bool pairs_fit(const std::vector<int16_t>& weights, int outputs) {
  const auto n = static_cast<size_t>(outputs);
  for (size_t i = 0; i < weights.size(); i++) {
    if (i / n % 2 != 0) continue;  // of an even input
    const int a = weights[i], b = i + n < weights.size() ? weights[i + n] : 0;
    const int most = UINT8_MAX * (std::max(a, 0) + std::max(b, 0)),
              least = UINT8_MAX * (std::min(a, 0) + std::min(b, 0));
    if (std::max(a, b) > INT8_MAX || most > INT16_MAX || least < INT16_MIN) return false;
  }
  return true;
}

std::string pack_weights(const std::vector<int16_t>& weights, const QuantisedProductsShape& shape,
                         const Layout& layout, bool depthwise) {
  std::vector<int16_t> packed(size_t(layout.groups()) * layout.group * layout.out.stored(), 0);
  for_each_weight(shape, layout, depthwise, [&](const Place& place, int o, size_t index) {
    packed[position(layout, place, o)] = weights.at(index);
  });
  return as_bytes(packed, layout.weight_bytes);
}

std::string pack_zero_weights(int number, const QuantisedProductsShape& shape, const Layout& layout,
                              bool depthwise) {
  std::vector<int16_t> packed(size_t(layout.groups()) * layout.group * (depthwise ? layout.out.stored() : 1),
                              0);
  for_each_weight(shape, layout, depthwise, [&](const Place& place, int o, size_t) {
    packed[depthwise ? position(layout, place, o) : size_t(place.group) * layout.group + place.i] =
        static_cast<int16_t>(number);
  });
  return as_bytes(packed, layout.weight_bytes);
}

}  // namespace mobilith
