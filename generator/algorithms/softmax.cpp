#include "algorithms/softmax.h"

#include "algorithms/exponential.h"

namespace mobilith {
using namespace Halide;

Softmax softmax(const Func& values, const Var& o, const Channels& channels) {
  const int width = channels.width;
  Softmax s;
  s.vectors = RDom(0, channels.vectors, "vectors"), s.lanes = RDom(0, width, "lanes");
  for (auto [func, name] : {std::pair{&s.lane_max, "lane_max"},
                            {&s.lane_total, "lane_total"},
                            {&s.largest, "largest"},
                            {&s.normalizer, "normalizer"},
                            {&s.log_normalizer, "log_normalizer"},
                            {&s.exponential, "exponential"}})
    *func = Func(name);
  s.lane_max(s.lane) = values(s.lane);
  s.lane_max(s.lane) = max(s.lane_max(s.lane), values(s.vectors * width + s.lane));
  s.largest() = s.lane_max(0);
  s.largest() = max(s.largest(), s.lane_max(s.lanes));
  // Below -87 a float's exponential is no normal number.
  const Expr shifted = max(values(o) - s.largest(), -87.0f);
  s.exponential(o) = select(o < channels.count, exponential(shifted), 0.0f);
  s.lane_total(s.lane) = 0.0f;
  s.lane_total(s.lane) += s.exponential(s.vectors * width + s.lane);
  s.normalizer() = 0.0f;
  s.normalizer() += s.lane_total(s.lanes);
  s.value = s.exponential(o) / s.normalizer();
  s.log_normalizer() = logarithm(s.normalizer());
  // Padding would be infinite.
  s.log_value = select(o < channels.count, values(o) - s.largest() - s.log_normalizer(), 0.0f);
  return s;
}

}  // namespace mobilith
