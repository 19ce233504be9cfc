#include "package/frame_json.h"

#include <stdexcept>

namespace mobilith {

nlohmann::json frame_json(const Frame& frame) {
  return {
      {"format", to_string(frame.format)},   {"height", frame.height}, {"width", frame.width},
      {"row_bytes", frame.row_bytes()},      {"bytes", frame.bytes()}, {"resize", to_string(frame.resize)},
      {"fit", to_string(frame.fit)},         {"scale", frame.scale},   {"shift", frame.shift},
      {"normalised_by", frame.normalised_by}};
}

Frame frame_of(const nlohmann::json& json) {
  Frame frame{pixel_format_of(json.at("format"), "frame.format"),
              json.at("height"),
              json.at("width"),
              resize_of(json.at("resize"), "frame.resize"),
              fit_of(json.at("fit"), "frame.fit"),
              json.at("scale").get<std::vector<float>>(),
              json.at("shift").get<std::vector<float>>(),
              json.at("normalised_by")};
  const auto side = [](int pixels) { return pixels >= 1 && pixels <= most_frame_side; };
  if (!side(frame.height) || !side(frame.width) || frame.scale.empty() ||
      frame.scale.size() != frame.shift.size())
    throw std::invalid_argument(
        "frame: expected sides from 1 to 16384, and a scale and a shift of each channel");
  return frame;
}

}  // namespace mobilith
