#include "schedules/kernel_name.h"

#include <fmt/format.h>

#include "layout/activation_names.h"
#include "layout/shapes.h"

namespace mobilith {

namespace {

// What is unusual of a window: "_5x5", "_5x5_dilation_2".
std::string unusual(const Window& w) {
  const Window usual;
  std::string text;
  if (w.kernel_height != usual.kernel_height || w.kernel_width != usual.kernel_width)
    text += fmt::format("_{}x{}", w.kernel_height, w.kernel_width);
  if (w.dilation != usual.dilation) text += fmt::format("_dilation_{}", w.dilation);
  return text;
}

// What the shape says of activations: nothing where all are usual, and else for instance "_depthwise_relu".
std::string unusual(const nlohmann::json& shape) {
  std::string text = shape.value("sigmoid", false) ? "_sigmoid" : "";
  for (const char* stage : {"", "expansion_", "depthwise_", "pointwise_", "projection_"})
    if (const auto found = shape.find(std::string(stage) + "activation"); found != shape.end())
      text += fmt::format("_{}{}", stage, activation_word(activation_of(*found)));
  return text;
}

}  // namespace

std::string kernel_name(const std::string& type, const nlohmann::json& shape) {
  if (!shape.contains("window")) {
    const auto s = shape.get<HeadShape>();
    return fmt::format("{}_{}x{}x{}_1x1x{}", type, s.height, s.width, s.in_channels, s.classes) +
           unusual(shape);
  }
  const auto w = shape.at("window").get<Window>();
  return fmt::format("{}_{}x{}x{}_{}x{}x{}", type, w.in_height, w.in_width,
                     shape.at("in_channels").get<int>(), w.out_height, w.out_width,
                     shape.at("out_channels").get<int>()) +
         unusual(w) + unusual(shape);
}

std::string KernelNames::next(const std::string& type, const nlohmann::json& shape) {
  const std::string name = kernel_name(type, shape);
  const int number = ++given_[name];
  return number == 1 ? name : fmt::format("{}_{}", name, number);
}

}  // namespace mobilith
