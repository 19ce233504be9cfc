#include "schedules/softmax.h"

namespace mobilith {
using namespace Halide;

void schedule_softmax(Softmax& s, int width) {
  Var o = s.exponential.args()[0];
  s.lane_max.compute_root().vectorize(s.lane, width);
  s.lane_max.update().reorder(s.lane, s.vectors).vectorize(s.lane, width);
  s.largest.compute_root();
  s.exponential.compute_root().vectorize(o, width, TailStrategy::RoundUp);
  s.lane_total.compute_root().vectorize(s.lane, width);
  s.lane_total.update().reorder(s.lane, s.vectors).vectorize(s.lane, width);
  s.normalizer.compute_root();
  s.log_normalizer.compute_root();
}

}  // namespace mobilith
