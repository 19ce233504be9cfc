#include "algorithms/quantised_products.h"

#include "layout/instructions.h"

namespace mobilith {
using namespace Halide;

namespace {

Type weight_type(const QuantisedProductsLayout& layout) { return Int(8 * layout.weight_bytes); }

// A byte times a weight, both widened so that the compiler finds the instruction for a group's sum.
Expr product(const Expr& byte, const Expr& weight) {
  return cast<int32_t>(cast<int16_t>(byte)) * cast<int32_t>(weight);
}

// The same number in each byte.
Expr in_each_byte(const Expr& byte, const Type& type) {
  return type.bits() == 8 ? byte : cast<uint32_t>(byte) * Expr(uint32_t{0x01010101});
}

// u8 as i8 less 128, where the instruction takes these alone; the plan adds what is lost to the bias.
Expr signs_alike(const Expr& bytes, const QuantisedProductsLayout& layout) {
  return layout.like_signs ? bytes ^ in_each_byte(cast<uint8_t>(signed_offset), bytes.type()) : bytes;
}

std::vector<Var> vars(const QuantisedProducts& s) {
  std::vector<Var> all{s.lane};
  all.insert(all.end(), s.pixel.begin(), s.pixel.end());
  all.push_back(s.vector);
  return all;
}

// Input, border, bias and rescaling; the sum is still to be defined. wide: rows are of 16 bits.
QuantisedProducts begin(const QuantisedProductsShape& shape, const QuantisedProductsLayout& layout,
                        bool pointwise, bool wide) {
  const Window& w = shape.window;
  const Channels &in = layout.in, &out = layout.out;
  QuantisedProducts s;
  s.pixel = pointwise ? std::vector<Var>{s.x} : std::vector<Var>{s.x, s.y};
  s.bias = typed("bias", Int(32), {out.stored()});
  s.to = rescaling(shape.rescale, out, shape.near);
  s.sum = Func("sum"), s.output = Func("output");
  const bool fours = layout.elements && !shape.image;
  if (pointwise && fours) {
    s.input = typed("input", UInt(32), {w.in_width * w.in_height, in.vectors});
    s.elements = Func("elements");
    s.elements(s.x, s.vector) = signs_alike(s.input(s.x, s.vector), layout);
    return s;
  }
  if (pointwise) {
    s.input = typed("input", UInt(8), {in.width, w.in_width * w.in_height, in.vectors}, !shape.image);
    if (layout.group != 2) return s;
    s.wide = Func("wide");
    s.wide(s.lane, s.x, s.vector) = cast<int16_t>(s.input(s.lane, s.x, s.vector));
    return s;
  }
  const int unit = fours ? 1 : in.width;  // elements of a pixel's block
  s.input = typed("input", UInt(fours ? 32 : 8), {unit * w.in_width, w.in_height, in.vectors}, !shape.image);
  s.rows = Func("rows");
  Var byte("byte"), y("row"), block("block");
  const int before = w.pad_left * unit, width = w.in_width * unit;
  const Expr inside =
      byte >= before && byte < before + width && y >= w.pad_top && y < w.pad_top + w.in_height;
  const Expr nearest =
      s.input(clamp(byte - before, 0, width - 1), clamp(y - w.pad_top, 0, w.in_height - 1), block);
  const Expr read = shape.is_signed ? nearest ^ cast<uint8_t>(signed_offset) : nearest;
  const Expr value = select(inside, read, in_each_byte(s.to.input_zero(), read.type()));
  s.rows(byte, y, block) = wide ? cast<int16_t>(value) : signs_alike(value, layout);
  return s;
}

// bias and products to bytes. taken_off: zero sums, or undefined.
void finish(QuantisedProducts& s, const QuantisedProductsShape& shape, const QuantisedProductsLayout& layout,
            const Expr& taken_off) {
  const Window& w = shape.window;
  const Channels& out = layout.out;
  const std::vector<Var> place = vars(s);
  const Expr o = s.vector * out.width + s.lane, sum = s.sum(place);
  s.output(place) = s.to.byte(taken_off.defined() ? sum - taken_off : sum, o);
  std::vector<int> extents{out.width, w.out_width, w.out_height, out.vectors};
  if (s.pixel.size() == 1) extents = {out.width, w.out_width * w.out_height, out.vectors};
  dense_output(s.output, extents, /*aligned=*/true);
}

}  // namespace

Operands QuantisedProducts::operands() const {
  Operands all{input, weights};
  if (zero_weights.defined()) all.push_back(zero_weights);
  all.push_back(bias);
  for (const ImageParam& parameter : to.operands()) all.push_back(parameter);
  return all;
}

namespace {

// sum, zero sums and weights of products whose groups are elements of registers.
QuantisedProducts convolution_of_elements(const QuantisedProductsShape& shape,
                                          const QuantisedProductsLayout& layout) {
  const Window& w = shape.window;
  const int runs = layout.run_groups, columns = layout.column_bytes;
  QuantisedProducts s = begin(shape, layout, shape.pointwise(), /*wide=*/false);
  s.weights = typed("weights", UInt(32), {layout.out.width, layout.groups(), layout.out.vectors});
  const auto group = [&](const RDom& k) -> Expr { return k.x + runs * (k.y + layout.rows * k.z); };
  // Bytes 4g to 4g + 3 of a run.
  const auto four = [&](const Expr& g, const Expr& row, const Expr& block) -> Expr {
    const Expr y = s.y * w.stride + row * w.dilation;
    if (!shape.image) return s.rows(s.x * w.stride_x() + g * w.dilation, y, block);
    const Expr first =
        w.dilation == 1 ? 4 * g : 4 * g / columns * (w.dilation * layout.in.width) + 4 * g % columns;
    Expr joined = Expr(uint32_t{0});
    for (int i = 0; i < 4; i++)
      joined = joined | cast<uint32_t>(s.rows(s.x * (w.stride_x() * layout.in.width) + first + i, y, block))
                            << (8 * i);
    return joined;
  };
  s.k = RDom(0, runs, 0, layout.rows, 0, layout.blocks, "k");
  const Expr pixel = s.elements.defined() ? s.elements(s.x, s.k.z) : four(s.k.x, s.k.y, s.k.z);
  s.sum(vars(s)) = s.bias(s.vector * layout.out.width + s.lane);
  s.sum(vars(s)) =
      instructions::dot(layout.like_signs, s.sum(vars(s)), pixel, s.weights(s.lane, group(s.k), s.vector));
  Expr taken_off;
  if (shape.zero_sums) {
    s.zero_weights = typed("zero_weights", UInt(32), {layout.groups()});
    s.zero_k = RDom(0, runs, 0, layout.rows, 0, layout.blocks, "zero_k");
    s.zeros = Func("zeros");
    const RDom& k = s.zero_k;
    const Expr bytes = s.elements.defined() ? signs_alike(s.input(s.x, k.z), layout) : four(k.x, k.y, k.z);
    s.zeros(s.pixel) = 0;
    s.zeros(s.pixel) =
        instructions::dot(layout.like_signs, s.zeros(s.pixel), bytes, s.zero_weights(group(k)));
    taken_off = s.zeros(s.pixel);
  }
  finish(s, shape, layout, taken_off);
  return s;
}

// By an instruction that adds two products in 16 bits; the plan knows that these hold them. Groups behind
// the last channel have weights of 0.
QuantisedProducts convolution_of_pairs(const QuantisedProductsShape& shape,
                                       const QuantisedProductsLayout& layout) {
  const int n = layout.group, runs = layout.run_groups;
  QuantisedProducts s = begin(shape, layout, /*pointwise=*/true, /*wide=*/false);
  s.weights = typed("weights", Int(8), {n, layout.out.width, layout.groups(), layout.out.vectors});
  Var pair("pair"), group("pair_group"), block("pair_block");
  s.pair_sums = Func("pair_sums"), s.pair = RDom(0, 2, "in_pair");
  const Expr byte = 2 * pair + s.pair;
  const Expr two = cast<int16_t>(s.input(n * group + byte, s.x, block)) *
                   cast<int16_t>(s.weights(byte, s.lane, group + runs * block, s.vector));
  const std::vector<Var> place{pair, s.lane, s.x, s.vector, group, block};
  s.pair_sums(place) = cast<int16_t>(0);
  s.pair_sums(place) = saturating_add(s.pair_sums(place), two);
  s.k = RDom(0, n / 2, 0, runs, 0, layout.blocks, "k");
  s.sum(vars(s)) = s.bias(s.vector * layout.out.width + s.lane);
  s.sum(vars(s)) += cast<int32_t>(s.pair_sums(s.k.x, s.lane, s.x, s.vector, s.k.y, s.k.z));
  finish(s, shape, layout, Expr());
  return s;
}

}  // namespace

QuantisedProducts quantised_convolution(const QuantisedProductsShape& shape,
                                        const QuantisedProductsLayout& layout) {
  if (layout.elements) return convolution_of_elements(shape, layout);
  if (layout.byte_pairs) return convolution_of_pairs(shape, layout);
  const Window& w = shape.window;
  const int width = layout.in.width, n = layout.group, runs = layout.run_groups;
  QuantisedProducts s = begin(shape, layout, shape.pointwise(), /*wide=*/layout.group == 2);
  s.weights =
      typed("weights", weight_type(layout), {n, layout.out.width, layout.groups(), layout.out.vectors});
  const auto group = [&](const Expr& g, const Expr& row, const Expr& block) -> Expr {
    return g + runs * (row + layout.rows * block);
  };
  // Byte i of group g of a run.
  const auto source = [&](const Expr& i, const Expr& g, const Expr& row, const Expr& block) -> Expr {
    if (s.wide.defined()) return s.wide(n * g + i, s.x, block);
    if (!s.rows.defined()) return s.input(n * g + i, s.x, block);
    const int columns = layout.column_bytes;
    const Expr byte =
        w.dilation == 1 ? n * g + i : n * g / columns * (w.dilation * width) + n * g % columns + i;
    return s.rows(s.x * (w.stride_x() * width) + byte, s.y * w.stride + row * w.dilation, block);
  };
  // The last block of a pointwise convolution may have fewer groups: a loop of its own behind full ones.
  const int last = layout.blocks - 1, rest = shape.pointwise() ? (layout.in.count % width + n - 1) / n : 0;
  const bool alone = last == 0 && rest > 0;
  s.k = RDom(0, n, 0, alone ? rest : runs, 0, layout.rows, 0, rest > 0 && !alone ? last : layout.blocks, "k");
  s.sum(vars(s)) = s.bias(s.vector * layout.out.width + s.lane);
  s.sum(vars(s)) += product(source(s.k.x, s.k.y, s.k.z, s.k.w),
                            s.weights(s.k.x, s.lane, group(s.k.y, s.k.z, s.k.w), s.vector));
  if (rest > 0 && !alone) {
    s.rest = RDom(0, n, 0, rest, "rest");
    s.sum(vars(s)) += product(source(s.rest.x, s.rest.y, 0, last),
                              s.weights(s.rest.x, s.lane, group(s.rest.y, 0, last), s.vector));
  }
  Expr taken_off;
  if (shape.zero_sums) {
    s.zero_weights = typed("zero_weights", weight_type(layout), {n, layout.groups()});
    s.zero_k = RDom(0, n, 0, layout.rows, 0, layout.blocks, "zero_k"),
    s.zero_lane = RDom(0, runs, "zero_lane");
    s.zero_lanes = Func("zero_lanes"), s.zeros = Func("zeros");
    Var g("g");
    std::vector<Var> lanes{g};
    lanes.insert(lanes.end(), s.pixel.begin(), s.pixel.end());
    s.zero_lanes(lanes) = 0;
    s.zero_lanes(lanes) += product(source(s.zero_k.x, g, s.zero_k.y, s.zero_k.z),
                                   s.zero_weights(s.zero_k.x, group(g, s.zero_k.y, s.zero_k.z)));
    std::vector<Expr> lane{s.zero_lane};
    lane.insert(lane.end(), s.pixel.begin(), s.pixel.end());
    s.zeros(s.pixel) = 0;
    s.zeros(s.pixel) += s.zero_lanes(lane);
    taken_off = s.zeros(s.pixel);
  }
  finish(s, shape, layout, taken_off);
  return s;
}

QuantisedProducts quantised_depthwise(const QuantisedProductsShape& shape,
                                      const QuantisedProductsLayout& layout) {
  const Window& w = shape.window;
  const Channels &in = layout.in, &out = layout.out;
  const int n = layout.group, multiplier = shape.out_channels / shape.in_channels;
  const bool own = multiplier == 1 && in.width == out.width, in_pairs = layout.pair_columns > 0;
  QuantisedProducts s = begin(shape, layout, /*pointwise=*/false, /*wide=*/n == 2 && !in_pairs);
  const std::vector<int> extents{n, out.width, layout.groups(), out.vectors};
  s.weights = typed("weights", weight_type(layout), extents);
  s.k = RDom(0, n, 0, layout.run_groups, 0, layout.rows, "k");
  // Outputs behind the last channel read the last one.
  const Expr o = s.vector * out.width + s.lane;
  const Expr c = own ? o : min(o / multiplier, in.count - 1);
  const Expr in_lane = own ? Expr(s.lane) : c % in.width, block = own ? Expr(s.vector) : c / in.width;
  const Expr row = s.y * w.stride + s.k.z * w.dilation;
  Expr byte;
  if (in_pairs) {
    const int apart = layout.pair_columns;
    Var i("i"), pair("pair"), y("pair_row");
    s.pairs = Func("pairs");
    s.pairs(i, s.lane, pair, y, s.vector) =
        cast<int16_t>(s.rows((pair * apart + i * w.dilation) * in.width + s.lane, y, s.vector));
    const Expr first = s.x * (w.stride_x() / apart) + s.k.y * (2 * w.dilation / apart);
    byte = s.pairs(s.k.x, s.lane, first, row, s.vector);
  } else {
    const Expr column = s.x * w.stride_x() + (n * s.k.y + s.k.x) * w.dilation;
    byte = s.rows(column * in.width + in_lane, row, block);
  }
  const Expr g = s.k.y + layout.run_groups * s.k.z;
  s.sum(vars(s)) = s.bias(o);
  s.sum(vars(s)) += product(byte, s.weights(s.k.x, s.lane, g, s.vector));
  Expr taken_off;
  if (shape.zero_sums) {
    s.zero_weights = typed("zero_weights", weight_type(layout), extents);
    s.zeros = Func("zeros");
    s.zeros(vars(s)) = 0;
    s.zeros(vars(s)) += product(byte, s.zero_weights(s.k.x, s.lane, g, s.vector));
    taken_off = s.zeros(vars(s));
  }
  finish(s, shape, layout, taken_off);
  return s;
}

}  // namespace mobilith
