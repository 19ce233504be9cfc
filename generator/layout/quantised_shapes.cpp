#include "layout/quantised_shapes.h"

#include <numeric>
#include <stdexcept>

#include "layout/shape_fields.h"

namespace mobilith {

using nlohmann::json;
using namespace shape_fields;

namespace {

Rescale rescale_of(const json& object) {
  if (!object.contains("rescale")) return Rescale::none;
  const json& word = object.at("rescale");
  for (const Rescale rescale :
       {Rescale::none, Rescale::floating, Rescale::integer, Rescale::real, Rescale::onnx})
    if (word == to_string(rescale)) return rescale;
  throw std::invalid_argument("rescale: expected none, floating, integer, real or onnx, got " + word.dump());
}

Other other_of(const json& object) {
  if (!object.contains("other")) return Other::image;
  const json& word = object.at("other");
  for (const Other other : {Other::image, Other::channels, Other::constant})
    if (word == to_string(other)) return other;
  throw std::invalid_argument("other: expected image, channels or constant, got " + word.dump());
}

void write(json& object, Rescale rescale) {
  if (rescale != Rescale::none) object["rescale"] = to_string(rescale);
}

}  // namespace

Channels byte_channels_of(int count, const Machine& machine) {
  Channels c = channels_of(count, machine);
  c.type = ElementType::u8;
  return c;
}

Channels image_channels_of(int count) { return {count, count, 1, ElementType::u8}; }

const char* to_string(Other other) {
  return other == Other::channels ? "channels" : other == Other::constant ? "constant" : "image";
}

const char* to_string(Rescale rescale) {
  switch (rescale) {
    case Rescale::none:
      return "none";
    case Rescale::floating:
      return "floating";
    case Rescale::integer:
      return "integer";
    case Rescale::real:
      return "real";
    case Rescale::onnx:
      return "onnx";
  }
  return "";
}

bool QuantisedProductsShape::pointwise() const {
  const Window& w = window;
  return !image && w.taps() == 1 && w.pad_top == 0 && w.pad_left == 0 && w.stride == 1 && w.stride_x() == 1 &&
         w.out_height == w.in_height && w.out_width == w.in_width;
}

void to_json(json& object, const QuantisedProductsShape& s) {
  object = {{"window", s.window}, {"in_channels", s.in_channels}, {"out_channels", s.out_channels}};
  write(object, s.rescale);
  write(object, "zero_sums", s.zero_sums);
  write(object, "image", s.image);
  write(object, "signed", s.is_signed);
  write(object, "near", s.near);
  write(object, "reduced_range", s.reduced_range);
}

void from_json(const json& object, QuantisedProductsShape& s) {
  object.at("window").get_to(s.window);
  object.at("in_channels").get_to(s.in_channels);
  object.at("out_channels").get_to(s.out_channels);
  s.rescale = rescale_of(object);
  read(object, "zero_sums", s.zero_sums);
  read(object, "image", s.image);
  read(object, "signed", s.is_signed);
  read(object, "near", s.near);
  read(object, "reduced_range", s.reduced_range);
}

void to_json(json& object, const QuantisedPoolShape& s) {
  object = {{"window", s.window}, {"channels", s.channels}};
  write(object, "maximum", s.maximum);
  write(object, "signed", s.is_signed);
}

void from_json(const json& object, QuantisedPoolShape& s) {
  object.at("window").get_to(s.window);
  object.at("channels").get_to(s.channels);
  read(object, "maximum", s.maximum);
  read(object, "signed", s.is_signed);
}

void to_json(json& object, const PixelsShape& s) {
  object = {{"pixels", s.pixels}, {"channels", s.channels}};
  write(object, s.rescale);
  write(object, "signed", s.is_signed);
  write(object, "image", s.image);
  if (s.other != Other::image) object["other"] = to_string(s.other);
  write(object, "by_pixel", s.by_pixel);
  write(object, "dense", s.dense);
  write(object, "split", s.split);
  write(object, "near", s.near);
}

void from_json(const json& object, PixelsShape& s) {
  object.at("pixels").get_to(s.pixels);
  object.at("channels").get_to(s.channels);
  s.rescale = rescale_of(object);
  read(object, "signed", s.is_signed);
  read(object, "image", s.image);
  s.other = other_of(object);
  read(object, "by_pixel", s.by_pixel);
  read(object, "dense", s.dense);
  read(object, "split", s.split);
  read(object, "near", s.near);
}

int ConcatenationShape::channels() const { return std::accumulate(parts.begin(), parts.end(), 0); }

void to_json(json& object, const ConcatenationShape& s) {
  object = {{"pixels", s.pixels}, {"parts", s.parts}};
}

void from_json(const json& object, ConcatenationShape& s) {
  object.at("pixels").get_to(s.pixels);
  object.at("parts").get_to(s.parts);
  if (s.parts.empty()) throw std::invalid_argument("parts: expected at least one image");
}

}  // namespace mobilith
