#include "check/frame_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reference/frame.h"
#include "reference/narrowed.h"

namespace mobilith::check {

FrameInput frame_input(const Network& network, std::vector<uint8_t> bytes) {
  FrameInput input{std::move(bytes), {}};
  // As floats, so that bytes are not rounded yet.
  input.image =
      reference::frame_image(*network.frame, network.image(), ElementType::f32, {input.bytes.data()}).values;
  return input;
}

FrameInput formula_frame_input(const Network& network) {
  if (!network.frame) return {{}, reference::formula_input(network.image()).values};
  return frame_input(network, reference::formula_frame(*network.frame));
}

std::optional<std::string> wrong_image(const Network& network, const FrameInput& input,
                                       const std::vector<double>& found) {
  if (found.size() != input.image.size())
    return fmt::format("has {} values where {} were expected", found.size(), input.image.size());
  const bool floats = network.image_type == ElementType::f32;
  const double least = network.image_type == ElementType::i8 ? -128 : 0, rounding = 0.5 + 1e-3;
  double largest = 1e-30;
  for (const double value : input.image) largest = std::max(largest, std::abs(value));
  const double allowed = floats ? reference::bound * largest : rounding;
  const Shape& shape = network.image();
  for (size_t i = 0; i < found.size(); i++) {
    const double wanted = floats ? input.image[i] : std::clamp(input.image[i], least, least + 255);
    if (std::abs(found[i] - wanted) <= allowed) continue;
    const size_t pixel = i / size_t(shape.channels);
    return fmt::format("differs from the reference: {:.6g} instead of {:.6g} at (y {}, x {}, channel {})",
                       found[i], wanted, pixel / size_t(shape.width), pixel % size_t(shape.width),
                       i % size_t(shape.channels));
  }
  return std::nullopt;
}

}  // namespace mobilith::check
