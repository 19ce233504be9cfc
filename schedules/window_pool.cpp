#include "schedules/window_pool.h"

#include <stdexcept>

#include "schedules/axes.h"

namespace mobilith {
using namespace Halide;
using namespace nlohmann::literals;

void check(const WindowPoolSchedule& z, const WindowPoolShape& shape, const Machine& machine) {
  const int vectors = channels_of(shape.channels, machine).vectors;
  if (z.vectors < 1 || z.vectors > vectors || vectors % z.vectors != 0)
    throw std::invalid_argument("window pool schedule does not fit its shape: " + nlohmann::json(z).dump());
}

WindowPool scheduled(const WindowPoolShape& shape, const WindowPoolSchedule& z, const Machine& machine) {
  check(z, shape, machine);
  const Channels channels = channels_of(shape.channels, machine);
  WindowPool s = window_pool(shape, channels);
  Var tile("tile"), lane("lane");
  s.output.split(s.c, tile, lane, z.vectors * channels.width)
      .reorder(lane, tile, s.x, s.y)
      .vectorize(lane, channels.width)
      .unroll(lane)
      .parallel(s.y);
  return s;
}

ScheduleSpace space(const WindowPoolShape& shape, const Machine& machine) {
  return {{"/vectors"_json_pointer, divisors(channels_of(shape.channels, machine).vectors, 8)}};
}

double predicted_cycles(const WindowPoolShape& shape, const WindowPoolSchedule& z, const Machine& machine) {
  const Window& w = shape.window;
  return 1.0 * w.out_height * w.out_width * channels_of(shape.channels, machine).vectors *
         (w.taps() + 2.0 / z.vectors);
}

WindowPoolSchedule default_schedule(const WindowPoolShape& shape, const Machine& machine) {
  return {divisor_below(channels_of(shape.channels, machine).vectors, 4)};
}

}  // namespace mobilith
