#include "weights/keras_image.h"

#include <fmt/format.h>

#include "models/model_error.h"
#include "weights/keras_settings.h"

namespace mobilith {

using nlohmann::json;

namespace {

KerasImage image_of(const json& shape, const std::string& what) {
  KerasImage image;
  if (shape.is_null()) return image;
  const auto refuse = [&] {
    throw WeightsError(fmt::format("{}: the input's shape is {}, expected (batch, height, width, 3)", what,
                                   json_text(shape)));
  };
  if (!shape.is_array() || shape.size() != 4) refuse();
  for (const json& extent : shape) {
    if (!extent.is_null() && (!extent.is_number_integer() || extent < json(1) || extent > json(1 << 24)))
      refuse();
    image.push_back(extent.is_null() ? std::nullopt : std::optional(extent.get<int>()));
  }
  return image;
}

}  // namespace

KerasImage image_of_input(const json& config, const std::string& what, bool inner) {
  KerasSettings settings(what, config);
  settings.ignore({"name", "trainable", "input_dtype"});
  settings.expect("dtype", {"float32", nullptr});
  for (const char* flag : {"sparse", "ragged", "optional"}) settings.expect(flag, {false});
  json shape = settings.take("batch_shape");
  if (shape.is_null()) shape = settings.take("batch_input_shape");
  settings.ignore({"batch_input_shape"});
  settings.finish();
  return inner ? KerasImage() : image_of(shape, what);
}

KerasImage image_of_sequential(const json& first, const json& config, const std::string& what) {
  json shape;
  const auto look = [&](const json& holder, const char* key) {
    if (shape.is_null() && holder.is_object() && holder.contains(key)) shape = holder[key];
  };
  const json* innermost = &first;
  for (int depth = 0; depth < deepest_model && innermost->contains("config"); depth++) {
    const json& settings = (*innermost)["config"];
    look(settings, "batch_shape"), look(settings, "batch_input_shape"), look(settings, "build_input_shape");
    if (!shape.is_null() || !settings.is_object() || !settings.contains("layers") ||
        !settings["layers"].is_array() || settings["layers"].empty() || !settings["layers"][0].is_object())
      break;
    innermost = &settings["layers"][0];
  }
  look(config, "build_input_shape");
  return image_of(shape, what);
}

}  // namespace mobilith
