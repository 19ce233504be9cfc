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

// Not written as a select: where the condition is the same for a whole vector, Halide 21 can't compile the
// select for RISC-V vectors. As a product, it costs nothing: the factors go into the weights. The nearest
// pixel lies in the same window, so that nothing is lost where the product is NaN because that pixel is; but
// it is NaN for an infinite one, too. So others are masked by bits. In the loops' middle factor and mask are
// constant and go away.
Func zero_border(const Func& f, int width, int height, bool bounded) {
  const Var c("c"), x("x"), y("y");
  Func nearest = BoundaryConditions::repeat_edge(f, {{Expr(), Expr()}, {0, width}, {0, height}});
  Func bordered(f.name() + "_bordered");
  const Expr inside = x >= 0 && x < width && y >= 0 && y < height, value = nearest(c, x, y);
  bordered(c, x, y) =
      bounded
          ? value * cast<float>(inside)
          : reinterpret<float>(reinterpret<uint32_t>(value) & reinterpret<uint32_t>(-cast<int32_t>(inside)));
  return bordered;
}

}  // namespace mobilith
