#include "algorithms/params.h"

#include "algorithms/shapes.h"

namespace mobilith {
using namespace Halide;

namespace {

template <typename Parameter>
void constrain(Parameter&& parameter, const std::vector<int>& extents, bool aligned) {
  int stride = 1;
  for (size_t i = 0; i < extents.size(); i++) {
    parameter.dim(static_cast<int>(i)).set_bounds(0, extents[i]).set_stride(stride);
    stride *= extents[i];
  }
  parameter.set_host_alignment(aligned ? 64 : 4);
}

}  // namespace

ImageParam dense(const std::string& name, const std::vector<int>& extents, bool aligned) {
  ImageParam parameter(Float(32), static_cast<int>(extents.size()), name);
  constrain(parameter, extents, aligned);
  return parameter;
}

void dense_output(Func& output, const std::vector<int>& extents, bool aligned) {
  const std::vector<Var> args = output.args();
  for (size_t i = 0; i < extents.size(); i++) output.bound(args[i], 0, extents[i]);
  constrain(output.output_buffer(), extents, aligned);
}

ImageParam pointwise_weights(const std::string& name, int lanes, int k, int channels) {
  return dense(name, {vector_lanes(channels, lanes), k, vectors_of(channels, lanes)});
}

// Written as a product, not as a select: where the condition is the same for a whole vector, Halide 21 can't
// compile the select for RISC-V vectors. In the loops' middle the factor is the constant one and goes away.
// Reading the nearest pixel and dropping it is harmless: that pixel lies in the same window.
Func zero_border(const Func& f, int width, int height) {
  const Var c("c"), x("x"), y("y");
  Func nearest = BoundaryConditions::repeat_edge(f, {{Expr(), Expr()}, {0, width}, {0, height}});
  Func bordered(f.name() + "_bordered");
  bordered(c, x, y) = nearest(c, x, y) * cast<float>(x >= 0 && x < width && y >= 0 && y < height);
  return bordered;
}

}  // namespace mobilith
