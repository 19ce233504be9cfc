#include "algorithms/normalise.h"

#include <limits>

#include "algorithms/exponential.h"

namespace mobilith {
using namespace Halide;

namespace {

void define_l2(Normalise& s, const NormaliseShape& shape, const Channels& channels) {
  s.vectors = RDom(0, channels.vectors, "vectors"), s.lanes = RDom(0, channels.width, "lanes");
  s.lane_squares = Func("lane_squares"), s.squares = Func("squares"), s.norm = Func("norm");
  const Expr value = s.masked(s.vectors * channels.width + s.lane);
  s.lane_squares(s.lane) = 0.0f;
  s.lane_squares(s.lane) += value * value;
  s.squares() = 0.0f;
  s.squares() += s.lane_squares(s.lanes);
  s.norm() = max(sqrt(s.squares()), shape.epsilon);
  s.output(s.c) = s.masked(s.c) / s.norm();
}

}  // namespace

Normalise normalise(const NormaliseShape& shape, const NormaliseLayout& layout) {
  const Channels& channels = layout.channels;
  Normalise s;
  s.input = dense("input", {channels.stored()});
  s.output = Func("output");
  // Padding is finite, but not zero: 0.5 of a sigmoid.
  const auto mask = [&](float padding) {
    s.masked = Func("masked");
    s.masked(s.c) = select(s.c < channels.count, s.input(s.c), padding);
  };
  switch (shape.function) {
    case NormaliseFunction::softmax:
    case NormaliseFunction::log_softmax:
      mask(std::numeric_limits<float>::lowest());
      s.softmax = softmax(s.masked, s.c, channels);
      s.output(s.c) = shape.function == NormaliseFunction::softmax ? s.softmax.value : s.softmax.log_value;
      break;
    case NormaliseFunction::sigmoid:
      s.output(s.c) = sigmoid(s.input(s.c));
      break;
    case NormaliseFunction::l2:
      mask(0.0f);
      define_l2(s, shape, channels);
      break;
  }
  dense_output(s.output, {channels.stored()});
  return s;
}

}  // namespace mobilith
