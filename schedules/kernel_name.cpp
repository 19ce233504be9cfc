#include "schedules/kernel_name.h"

#include <fmt/format.h>

#include "layout/activation_names.h"
#include "layout/frame_shape.h"
#include "layout/layer_shapes.h"
#include "layout/quantised_shapes.h"
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
  for (const char* stage :
       {"", "expansion_", "depthwise_", "pointwise_", "projection_", "hidden_", "output_"})
    if (const auto found = shape.find(std::string(stage) + "activation"); found != shape.end())
      text += fmt::format("_{}{}", stage, activation_word(activation_of(*found)));
  return text;
}

// Of types whose shape has no window; empty for others.
std::string name_without_window(const std::string& type, const nlohmann::json& shape) {
  if (type == "gate") {
    const auto s = shape.get<GateShape>();
    return fmt::format("gate_{}x{}x{}_{}", s.height, s.width, s.channels, s.hidden);
  }
  if (type == "pool") {
    const auto s = shape.get<PoolShape>();
    return fmt::format("pool_{}x{}x{}_1x1x{}", s.height, s.width, s.in_channels, s.features()) +
           (s.hidden_channels > 0 ? "_convolved" : "") +
           (s.function == PoolFunction::mean ? "" : fmt::format("_{}", to_string(s.function)));
  }
  if (type == "dense") {
    const auto s = shape.get<DenseShape>();
    return fmt::format("dense_{}x{}_{}", s.runs, s.in_channels, s.out_channels);
  }
  if (type == "window_pool") {
    const auto s = shape.get<WindowPoolShape>();
    return fmt::format("{}_pool_{}x{}x{}_{}x{}_{}x{}", to_string(s.function), s.window.in_height,
                       s.window.in_width, s.channels, s.window.out_height, s.window.out_width,
                       s.window.kernel_height, s.window.kernel_width);
  }
  if (type == "frame") {
    const auto s = shape.get<FrameShape>();
    return fmt::format("frame_{}_{}x{}_{}x{}x{}", to_string(s.format), s.in_height, s.in_width, s.out_height,
                       s.out_width, s.stored);
  }
  if (type == "concatenation") {
    const auto s = shape.get<ConcatenationShape>();
    return fmt::format("{}_{}x{}_of_{}", type, s.pixels, s.channels(), s.parts.size());
  }
  if (shape.contains("pixels"))
    return fmt::format("{}_{}x{}", type, shape.at("pixels").get<int>(), shape.at("channels").get<int>());
  if (type == "quantised_pool") {
    const auto w = shape.at("window").get<Window>();
    return fmt::format("{}_{}x{}x{}_{}x{}", type, w.in_height, w.in_width, shape.at("channels").get<int>(),
                       w.out_height, w.out_width);
  }
  if (type == "normalise") {
    const auto s = shape.get<NormaliseShape>();
    return fmt::format("normalise_{}_{}", s.channels, to_string(s.function));
  }
  return "";
}

}  // namespace

std::string kernel_name(const std::string& type, const nlohmann::json& shape) {
  if (const std::string name = name_without_window(type, shape); !name.empty()) return name + unusual(shape);
  if (!shape.contains("window")) {
    const auto s = shape.get<HeadShape>();
    return fmt::format("{}_{}x{}x{}_1x1x{}", type, s.height, s.width, s.in_channels, s.classes) +
           unusual(shape);
  }
  const auto w = shape.at("window").get<Window>();
  return fmt::format("{}_{}x{}x{}_{}x{}x{}", type, w.in_height, w.in_width,
                     shape.at("in_channels").get<int>(), w.out_height, w.out_width,
                     shape.at(type == "depthwise" ? "expanded_channels" : "out_channels").get<int>()) +
         unusual(w) + (shape.value("gated", false) ? "_gated" : "") + unusual(shape);
}

std::string KernelNames::next(const std::string& type, const nlohmann::json& shape) {
  const std::string name = kernel_name(type, shape);
  const int number = ++given_[name];
  return number == 1 ? name : fmt::format("{}_{}", name, number);
}

}  // namespace mobilith
