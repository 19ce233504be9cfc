#include "layout/layer_shapes.h"

#include <cmath>
#include <stdexcept>

#include "layout/shape_fields.h"

namespace mobilith {

using nlohmann::json;
using namespace shape_fields;

namespace {

// The value among `all` whose to_string() this is.
template <typename Enum>
Enum value_of(const json& written, const char* field, std::initializer_list<Enum> all) {
  std::string names;
  for (const Enum value : all) {
    if (written == to_string(value)) return value;
    names += (names.empty() ? "" : ", ") + std::string(to_string(value));
  }
  throw std::invalid_argument(std::string(field) + ": expected one of " + names + ", got " + written.dump());
}

}  // namespace

const char* to_string(PoolFunction function) {
  switch (function) {
    case PoolFunction::mean:
      return "mean";
    case PoolFunction::maximum:
      return "maximum";
    case PoolFunction::mean_and_maximum:
      return "mean_and_maximum";
  }
  return "";
}

const char* to_string(NormaliseFunction function) {
  switch (function) {
    case NormaliseFunction::softmax:
      return "softmax";
    case NormaliseFunction::log_softmax:
      return "log_softmax";
    case NormaliseFunction::sigmoid:
      return "sigmoid";
    case NormaliseFunction::l2:
      return "l2";
  }
  return "";
}

bool ConvolutionShape::pointwise() const {
  const Window& w = window;
  return w.taps() == 1 && w.pad_top == 0 && w.pad_left == 0 && w.stride * (w.out_height - 1) < w.in_height &&
         w.stride_x() * (w.out_width - 1) < w.in_width;
}

void to_json(json& object, const ConvolutionShape& s) {
  object = {{"window", s.window}, {"in_channels", s.in_channels}, {"out_channels", s.out_channels}};
  write(object, "activation", s.activation, ConvolutionShape().activation);
  write(object, "gated", s.gated);
  write(object, "residual", s.residual);
  write(object, "direct", s.direct);
}

void from_json(const json& object, ConvolutionShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("out_channels").get_to(s.out_channels);
  read(object, "activation", s.activation);
  read(object, "gated", s.gated);
  read(object, "residual", s.residual);
  read(object, "direct", s.direct);
}

void to_json(json& object, const DepthwiseShape& s) {
  object = {{"window", s.window},
            {"in_channels", s.in_channels},
            {"expanded_channels", s.expanded_channels},
            {"expand", s.expand}};
  const DepthwiseShape usual;
  write(object, "expansion_activation", s.expansion_activation, usual.expansion_activation);
  write(object, "depthwise_activation", s.depthwise_activation, usual.depthwise_activation);
  write(object, "direct_expansion", s.direct_expansion);
  write(object, "infinite_input", s.infinite_input);
}

void from_json(const json& object, DepthwiseShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("expanded_channels").get_to(s.expanded_channels);
  object.at("expand").get_to(s.expand);
  read(object, "expansion_activation", s.expansion_activation);
  read(object, "depthwise_activation", s.depthwise_activation);
  read(object, "direct_expansion", s.direct_expansion);
  read(object, "infinite_input", s.infinite_input);
  if (!s.expand && (s.in_channels < 1 || s.expanded_channels % s.in_channels != 0))
    throw std::invalid_argument("expanded_channels: expected a multiple of in_channels");
}

void to_json(json& object, const GateShape& s) {
  object = {{"height", s.height}, {"width", s.width}, {"channels", s.channels}, {"hidden", s.hidden}};
  const GateShape usual;
  write(object, "hidden_activation", s.hidden_activation, usual.hidden_activation);
  write(object, "output_activation", s.output_activation, usual.output_activation);
}

void from_json(const json& object, GateShape& s) {
  object.at("height").get_to(s.height);
  object.at("width").get_to(s.width);
  object.at("channels").get_to(s.channels);
  object.at("hidden").get_to(s.hidden);
  read(object, "hidden_activation", s.hidden_activation);
  read(object, "output_activation", s.output_activation);
}

void to_json(json& object, const PoolShape& s) {
  object = {{"height", s.height},
            {"width", s.width},
            {"in_channels", s.in_channels},
            {"hidden_channels", s.hidden_channels},
            {"function", to_string(s.function)}};
  write(object, "activation", s.activation, PoolShape().activation);
  write(object, "direct", s.direct);
}

void from_json(const json& object, PoolShape& s) {
  object.at("height").get_to(s.height);
  object.at("width").get_to(s.width);
  object.at("in_channels").get_to(s.in_channels);
  object.at("hidden_channels").get_to(s.hidden_channels);
  s.function = value_of(object.at("function"), "function",
                        {PoolFunction::mean, PoolFunction::maximum, PoolFunction::mean_and_maximum});
  read(object, "activation", s.activation);
  read(object, "direct", s.direct);
}

void to_json(json& object, const WindowPoolShape& s) {
  object = {{"window", s.window}, {"channels", s.channels}, {"function", to_string(s.function)}};
}

void from_json(const json& object, WindowPoolShape& s) {
  object.at("window").get_to(s.window);
  object.at("channels").get_to(s.channels);
  s.function = value_of(object.at("function"), "function", {PoolFunction::mean, PoolFunction::maximum});
  if (s.window.dilation != 1) throw std::invalid_argument("dilation: a pool has none");
}

void to_json(json& object, const DenseShape& s) {
  object = {{"in_channels", s.in_channels}, {"runs", s.runs}, {"out_channels", s.out_channels}};
  write(object, "activation", s.activation, DenseShape().activation);
}

void from_json(const json& object, DenseShape& s) {
  object.at("in_channels").get_to(s.in_channels);
  object.at("runs").get_to(s.runs);
  object.at("out_channels").get_to(s.out_channels);
  read(object, "activation", s.activation);
}

void to_json(json& object, const NormaliseShape& s) {
  object = {{"channels", s.channels}, {"function", to_string(s.function)}};
  if (s.epsilon != 0) object["epsilon"] = s.epsilon;
}

void from_json(const json& object, NormaliseShape& s) {
  object.at("channels").get_to(s.channels);
  s.function = value_of(object.at("function"), "function",
                        {NormaliseFunction::softmax, NormaliseFunction::log_softmax,
                         NormaliseFunction::sigmoid, NormaliseFunction::l2});
  s.epsilon = object.value("epsilon", 0.0f);
  if (!std::isfinite(s.epsilon) || s.epsilon < 0 || (s.epsilon != 0 && s.function != NormaliseFunction::l2))
    throw std::invalid_argument("epsilon: expected a finite number, at least 0, and 0 unless of l2");
}

}  // namespace mobilith
