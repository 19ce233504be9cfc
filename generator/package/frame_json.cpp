#include "package/frame_json.h"

#include <stdexcept>

namespace mobilith {

namespace {

template <typename Enum>
Enum word(const nlohmann::json& frame, const char* field, std::initializer_list<Enum> all) {
  for (const Enum value : all)
    if (frame.at(field) == to_string(value)) return value;
  throw std::invalid_argument("frame." + std::string(field) + ": " + frame.at(field).dump() +
                              " is not known");
}

}  // namespace

nlohmann::json frame_json(const Frame& frame) {
  return {
      {"format", to_string(frame.format)},   {"height", frame.height}, {"width", frame.width},
      {"row_bytes", frame.row_bytes()},      {"bytes", frame.bytes()}, {"resize", to_string(frame.resize)},
      {"fit", to_string(frame.fit)},         {"scale", frame.scale},   {"shift", frame.shift},
      {"normalised_by", frame.normalised_by}};
}

Frame frame_of(const nlohmann::json& json) {
  Frame frame{word(json, "format",
                   {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8, PixelFormat::gray8,
                    PixelFormat::nv12, PixelFormat::yuyv}),
              json.at("height"),
              json.at("width"),
              word(json, "resize", {Resize::none, Resize::bilinear, Resize::antialiased}),
              word(json, "fit", {Fit::crop, Fit::letterbox, Fit::stretch}),
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
