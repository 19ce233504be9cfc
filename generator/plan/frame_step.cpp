#include "plan/frame_step.h"

#include "layout/frame_shape.h"

namespace mobilith {

Port frame_port(const Frame& frame) {
  return {.name = input_name,
          .shape = {frame.height, frame.width, frame.pixel_bytes()},
          .channel_stride = frame.pixel_bytes(),
          .type = ElementType::u8,
          .scale = {},
          .frame = frame};
}

BlockKernel frame_kernel(const Frame& frame, const Port& image) {
  FrameShape shape{
      frame.format,         frame.height,         frame.width,  image.shape.height, image.shape.width,
      image.shape.channels, image.channel_stride, frame.resize, frame.fit,          image.type};
  return {"frame", shape, nullptr};
}

std::vector<std::string> frame_constants(const Frame& frame, const Port& image) {
  std::vector<std::string> constants;
  for (const std::vector<float>* values : {&frame.scale, &frame.shift}) {
    std::vector<float> stored = *values;
    stored.resize(size_t(image.channel_stride));
    constants.emplace_back(reinterpret_cast<const char*>(stored.data()), stored.size() * sizeof(float));
  }
  return constants;
}

}  // namespace mobilith
