#include "schedules/kernel_name.h"

#include <fmt/format.h>

#include "algorithms/shapes.h"

namespace mobilith {

std::string kernel_name(const std::string& type, const nlohmann::json& shape) {
  if (!shape.contains("window")) {
    const auto s = shape.get<HeadShape>();
    return fmt::format("{}_{}x{}x{}_1x1x{}", type, s.height, s.width, s.in_channels, s.classes);
  }
  const auto w = shape.at("window").get<Window>();
  return fmt::format("{}_{}x{}x{}_{}x{}x{}", type, w.in_height, w.in_width,
                     shape.at("in_channels").get<int>(), w.out_height, w.out_width,
                     shape.at("out_channels").get<int>());
}

}  // namespace mobilith
