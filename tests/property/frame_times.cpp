// The time of the kernel that makes an image of a frame: for scripts/frame_race.sh. A line for each:
// format, resizing, microseconds.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "property/frame_kernel.h"

using namespace mobilith;
using namespace mobilith::property;

int main(int count, char** values) {
  const int height = count > 1 ? std::atoi(values[1]) : 720, width = count > 2 ? std::atoi(values[2]) : 1280,
            side = count > 3 ? std::atoi(values[3]) : 224;
  const std::string only = count > 4 ? values[4] : "";
  for (const PixelFormat format : pixel_formats)
    for (const Resize resize : {Resize::bilinear, Resize::antialiased}) {
      if (!only.empty() && only != to_string(format)) continue;
      Frame frame{format, height, width, resize, Fit::stretch, {}, {}};
      frame.scale.assign(3, 1 / 127.5f), frame.shift.assign(3, -1);
      PaddedFrame bytes;
      bytes.bytes = reference::formula_frame(frame);
      const FrameKernel kernel(frame, {side, side, 3}, ElementType::f32, resolve_cpu("host"));
      std::printf("%s %s %.1f\n", to_string(format), to_string(resize), 1e6 * kernel.seconds(bytes, 200));
      std::fflush(stdout);
    }
  return 0;
}
