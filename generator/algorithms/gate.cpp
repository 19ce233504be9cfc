#include "algorithms/gate.h"

#include "algorithms/activation.h"

namespace mobilith {
using namespace Halide;

Gate gate(const GateShape& shape, const GateLayout& layout, int groups) {
  const int pixels = shape.height * shape.width, part = pixels / groups;
  const Matrix &squeeze = layout.squeeze, &excite = layout.excite;
  Gate s;
  s.input = dense("input", {layout.channels.stored(), pixels});
  s.squeeze_weights = matrix_weights("squeeze_weights", squeeze);
  s.squeeze_bias = dense("squeeze_bias", {squeeze.out.stored()});
  s.excite_weights = matrix_weights("excite_weights", excite);
  s.excite_bias = dense("excite_bias", {excite.out.stored()});
  s.pixel = RDom(0, part, "pixel"), s.group = RDom(0, groups, "group");
  s.feature = RDom(0, shape.channels, "feature"), s.hidden_feature = RDom(0, shape.hidden, "hidden_feature");
  for (auto [func, name] : {std::pair{&s.partial, "partial"},
                            {&s.total, "total"},
                            {&s.mean, "mean"},
                            {&s.squeeze, "squeeze"},
                            {&s.hidden, "hidden"},
                            {&s.excite, "excite"},
                            {&s.output, "output"}})
    *func = Func(name);
  s.partial(s.c, s.g) = 0.0f;
  s.partial(s.c, s.g) += s.input(s.c, s.g * part + s.pixel);
  s.total(s.c) = 0.0f;
  s.total(s.c) += s.partial(s.c, s.group);
  s.mean(s.c) = s.total(s.c) * (1.0f / static_cast<float>(pixels));
  s.squeeze(s.h) = s.squeeze_bias(s.h);
  s.squeeze(s.h) += matrix_weight(s.squeeze_weights, squeeze, s.feature, s.h) * s.mean(s.feature);
  s.hidden(s.h) = activated(s.squeeze(s.h), shape.hidden_activation);
  s.excite(s.o) = s.excite_bias(s.o);
  s.excite(s.o) +=
      matrix_weight(s.excite_weights, excite, s.hidden_feature, s.o) * s.hidden(s.hidden_feature);
  s.output(s.o) = activated(s.excite(s.o), shape.output_activation);
  dense_output(s.output, {excite.out.stored()});
  return s;
}

}  // namespace mobilith
