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
  return dense(name, {m.out.width, m.products(), m.out.vectors}, true, m.out.type);
}

int64_t elements_of(const ImageParam& parameter) {
  int64_t elements = 1;
  for (int i = 0; i < parameter.dimensions(); i++)
    elements *= Internal::as_const_int(parameter.parameter().extent_constraint(i)).value();
  return elements;
}

}  // namespace mobilith
