#include "algorithms/shapes.h"

namespace mobilith {

using nlohmann::json;

namespace {

// There only where it is true, so that tuning records of usual kernels, and what is made of their shapes,
// never change.
void write(json& object, const char* field, bool direct) {
  if (direct) object[field] = true;
}

void read(const json& object, const char* field, bool& direct) { direct = object.value(field, false); }

}  // namespace

void to_json(json& object, const SeparableShape& s) {
  object = {{"window", s.window},
            {"in_channels", s.in_channels},
            {"depth_multiplier", s.depth_multiplier},
            {"out_channels", s.out_channels}};
  write(object, "direct", s.direct);
}

void from_json(const json& object, SeparableShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("depth_multiplier").get_to(s.depth_multiplier);
  object.at("out_channels").get_to(s.out_channels);
  read(object, "direct", s.direct);
}

void to_json(json& object, const InvertedResidualShape& s) {
  object = {{"window", s.window},
            {"in_channels", s.in_channels},
            {"expanded_channels", s.expanded_channels},
            {"out_channels", s.out_channels},
            {"expand", s.expand},
            {"residual", s.residual}};
  write(object, "direct_expansion", s.direct_expansion);
  write(object, "direct_projection", s.direct_projection);
}

void from_json(const json& object, InvertedResidualShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("expanded_channels").get_to(s.expanded_channels);
  object.at("out_channels").get_to(s.out_channels);
  object.at("expand").get_to(s.expand);
  object.at("residual").get_to(s.residual);
  read(object, "direct_expansion", s.direct_expansion);
  read(object, "direct_projection", s.direct_projection);
}

void to_json(json& object, const HeadShape& s) {
  object = {{"height", s.height},           {"width", s.width},
            {"in_channels", s.in_channels}, {"hidden_channels", s.hidden_channels},
            {"classes", s.classes},         {"softmax", s.softmax}};
  write(object, "direct", s.direct);
}

void from_json(const json& object, HeadShape& s) {
  object.at("height").get_to(s.height);
  object.at("width").get_to(s.width);
  object.at("in_channels").get_to(s.in_channels);
  object.at("hidden_channels").get_to(s.hidden_channels);
  object.at("classes").get_to(s.classes);
  object.at("softmax").get_to(s.softmax);
  read(object, "direct", s.direct);
}

}  // namespace mobilith
