#include "layout/shapes.h"

#include <stdexcept>

#include "layout/shape_fields.h"

namespace mobilith {

using nlohmann::json;

using namespace shape_fields;

void to_json(json& object, const Window& w) {
  object = {{"in_height", w.in_height}, {"in_width", w.in_width}, {"out_height", w.out_height},
            {"out_width", w.out_width}, {"stride", w.stride},     {"pad_top", w.pad_top},
            {"pad_left", w.pad_left}};
  const Window usual;
  write(object, "kernel_height", w.kernel_height, usual.kernel_height);
  write(object, "kernel_width", w.kernel_width, usual.kernel_width);
  write(object, "dilation", w.dilation, usual.dilation);
  write(object, "other_stride_x", w.other_stride_x, usual.other_stride_x);
}

void from_json(const json& object, Window& w) {
  object.at("in_height").get_to(w.in_height);
  object.at("in_width").get_to(w.in_width);
  object.at("out_height").get_to(w.out_height);
  object.at("out_width").get_to(w.out_width);
  object.at("stride").get_to(w.stride);
  object.at("pad_top").get_to(w.pad_top);
  object.at("pad_left").get_to(w.pad_left);
  const Window usual;
  w.kernel_height = usual.kernel_height, w.kernel_width = usual.kernel_width, w.dilation = usual.dilation;
  w.other_stride_x = usual.other_stride_x;
  read(object, "kernel_height", w.kernel_height);
  read(object, "kernel_width", w.kernel_width);
  read(object, "dilation", w.dilation);
  read(object, "other_stride_x", w.other_stride_x);
}

void to_json(json& object, const StemShape& s) {
  object = {{"window", s.window}, {"in_channels", s.in_channels}, {"out_channels", s.out_channels}};
  write(object, "activation", s.activation, StemShape().activation);
  if (!s.outside.empty()) object["outside"] = s.outside;
}

void from_json(const json& object, StemShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("out_channels").get_to(s.out_channels);
  read(object, "activation", s.activation);
  s.outside = object.value("outside", std::vector<float>());
  if (!s.outside.empty() && static_cast<int>(s.outside.size()) != s.in_channels)
    throw std::invalid_argument("outside: expected a number for each channel");
}

void to_json(json& object, const SeparableShape& s) {
  object = {{"window", s.window},
            {"in_channels", s.in_channels},
            {"depth_multiplier", s.depth_multiplier},
            {"out_channels", s.out_channels}};
  const SeparableShape usual;
  write(object, "depthwise_activation", s.depthwise_activation, usual.depthwise_activation);
  write(object, "pointwise_activation", s.pointwise_activation, usual.pointwise_activation);
  write(object, "direct", s.direct);
  write(object, "infinite_input", s.infinite_input);
}

void from_json(const json& object, SeparableShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("depth_multiplier").get_to(s.depth_multiplier);
  object.at("out_channels").get_to(s.out_channels);
  read(object, "depthwise_activation", s.depthwise_activation);
  read(object, "pointwise_activation", s.pointwise_activation);
  read(object, "direct", s.direct);
  read(object, "infinite_input", s.infinite_input);
}

void to_json(json& object, const InvertedResidualShape& s) {
  object = {{"window", s.window},
            {"in_channels", s.in_channels},
            {"expanded_channels", s.expanded_channels},
            {"out_channels", s.out_channels},
            {"expand", s.expand},
            {"residual", s.residual}};
  const InvertedResidualShape usual;
  write(object, "expansion_activation", s.expansion_activation, usual.expansion_activation);
  write(object, "depthwise_activation", s.depthwise_activation, usual.depthwise_activation);
  write(object, "projection_activation", s.projection_activation, usual.projection_activation);
  write(object, "direct_expansion", s.direct_expansion);
  write(object, "direct_projection", s.direct_projection);
  write(object, "infinite_input", s.infinite_input);
}

void from_json(const json& object, InvertedResidualShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("expanded_channels").get_to(s.expanded_channels);
  object.at("out_channels").get_to(s.out_channels);
  object.at("expand").get_to(s.expand);
  object.at("residual").get_to(s.residual);
  read(object, "expansion_activation", s.expansion_activation);
  read(object, "depthwise_activation", s.depthwise_activation);
  read(object, "projection_activation", s.projection_activation);
  read(object, "direct_expansion", s.direct_expansion);
  read(object, "direct_projection", s.direct_projection);
  read(object, "infinite_input", s.infinite_input);
}

void to_json(json& object, const HeadShape& s) {
  object = {{"height", s.height},           {"width", s.width},
            {"in_channels", s.in_channels}, {"hidden_channels", s.hidden_channels},
            {"classes", s.classes},         {"softmax", s.output == OutputFunction::softmax}};
  if (s.output == OutputFunction::sigmoid) object["sigmoid"] = true;
  write(object, "activation", s.activation, HeadShape().activation);
  write(object, "direct", s.direct);
}

void from_json(const json& object, HeadShape& s) {
  object.at("height").get_to(s.height);
  object.at("width").get_to(s.width);
  object.at("in_channels").get_to(s.in_channels);
  object.at("hidden_channels").get_to(s.hidden_channels);
  object.at("classes").get_to(s.classes);
  const bool softmax = object.at("softmax").get<bool>(), sigmoid = object.value("sigmoid", false);
  if (softmax && sigmoid) throw std::invalid_argument("sigmoid: expected none after a softmax");
  s.output = softmax ? OutputFunction::softmax : sigmoid ? OutputFunction::sigmoid : OutputFunction::linear;
  read(object, "activation", s.activation);
  read(object, "direct", s.direct);
}

}  // namespace mobilith
