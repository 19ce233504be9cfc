#include "layout/operands.h"

namespace mobilith {
using namespace Halide;

namespace {

template <typename Parameter>
void constrain(Parameter&& parameter, const std::vector<int>& extents, bool aligned, int element_bytes) {
  int stride = 1;
  for (size_t i = 0; i < extents.size(); i++) {
    parameter.dim(static_cast<int>(i)).set_bounds(0, extents[i]).set_stride(stride);
    stride *= extents[i];
  }
  parameter.set_host_alignment(aligned ? 64 : element_bytes);
}

}  // namespace

bool is_activation(const std::string& name) {
  return name == "input" || name == "gate" || name == "addend" || name.starts_with("part_");
}

Type halide_type(ElementType type) {
  switch (type) {
    case ElementType::f32:
      return Float(32);
    case ElementType::u8:
    case ElementType::i8:
      return UInt(8);
    case ElementType::bf16:
      return BFloat(16);
    case ElementType::f16:
      return Float(16);
  }
  return {};
}

ImageParam dense(const std::string& name, const std::vector<int>& extents, bool aligned, ElementType type) {
  return typed(name, halide_type(type), extents, aligned);
}

ImageParam typed(const std::string& name, Type type, const std::vector<int>& extents, bool aligned) {
  ImageParam parameter(type, static_cast<int>(extents.size()), name);
  constrain(parameter, extents, aligned, type.bytes());
  return parameter;
}

void dense_output(Func& output, const std::vector<int>& extents, bool aligned) {
  const std::vector<Var> args = output.args();
  for (size_t i = 0; i < extents.size(); i++) output.bound(args[i], 0, extents[i]);
  constrain(output.output_buffer(), extents, aligned, output.type().bytes());
}

ImageParam matrix_weights(const std::string& name, const Matrix& m) {
  if (m.multiplication == Multiplication::dots)
    return dense(name, {2, m.out.width, m.dots(), m.out.vectors}, true, m.weights);
  if (m.multiplication == Multiplication::dots_by_element)
    return typed(name, UInt(32), {m.out.width, m.dots(), m.out.vectors});
  return dense(name, {m.out.width, m.products(), m.out.vectors}, true, m.weights);
}

Expr widened(const Expr& value) {
  if (!value.type().is_bfloat()) return cast<float>(value);
  return reinterpret<float>(cast<uint32_t>(reinterpret<uint16_t>(value)) << 16);
}

Expr narrowed(const Expr& value, ElementType type) {
  if (type == ElementType::f16) return cast(Float(16), value);
  if (type != ElementType::bf16) return value;
  const Expr bits = reinterpret<uint32_t>(value), upper = bits >> 16;
  const Expr nearest = (bits + 0x7fff + (upper & 1)) >> 16;
  const Expr is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return reinterpret(BFloat(16), cast<uint16_t>(select(is_nan, upper | 0x40, nearest)));
}

Expr matrix_weight(const ImageParam& weights, const Matrix& m, const Expr& k, const Expr& o) {
  return widened(weights(o % m.out.width, k, o / m.out.width));
}

int64_t elements_of(const ImageParam& parameter) {
  int64_t elements = 1;
  for (int i = 0; i < parameter.dimensions(); i++)
    elements *= Internal::as_const_int(parameter.parameter().extent_constraint(i)).value();
  return elements;
}

}  // namespace mobilith
