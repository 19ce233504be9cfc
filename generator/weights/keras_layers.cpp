#include "weights/keras_layers.h"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "models/model_error.h"

namespace mobilith {

using nlohmann::json;

namespace {

// The name of a policy; a quantised one has none, but a mode, and is shown as it is.
std::string keras_policy(const json& dtype) {
  if (dtype.is_null()) return "float32";
  if (dtype.is_string()) return dtype;
  if (dtype.is_object() && dtype.value("class_name", json()) == "DTypePolicy" && dtype.contains("config") &&
      dtype["config"].is_object() && dtype["config"].contains("name") && dtype["config"]["name"].is_string())
    return dtype["config"]["name"];
  return "";
}

}  // namespace

void require_f32(KerasSettings& settings, const ReadOptions& options) {
  const json& dtype = settings.take("dtype");
  const std::string policy = keras_policy(dtype);
  if (policy == "float32") return;
  const bool computes_less = policy == "mixed_float16" || policy == "mixed_bfloat16" || policy == "float16" ||
                             policy == "bfloat16" || policy == "float64";
  if (computes_less && options.as_f32) return;
  const std::string text = fmt::format("{}: computes in {} ('dtype'), expected float32", settings.what(),
                                       policy.empty() ? json_text(dtype) : policy);
  if (!computes_less) throw WeightsError(text);
  throw WeightsError(
      {.text = text + "; ", .mentioned = "dtype", .rest = " f32 computes it in f32 all the same"});
}

std::string keras_group_name(const std::string& kind) {
  // As Keras's to_snake_case: an underscore before a capital that begins a word.
  std::string name;
  for (size_t i = 0; i < kind.size(); i++) {
    const auto letter = static_cast<unsigned char>(kind[i]);
    const bool before_small = i + 1 < kind.size() && std::islower(static_cast<unsigned char>(kind[i + 1]));
    const bool after_small = i > 0 && std::islower(static_cast<unsigned char>(kind[i - 1]));
    if (i > 0 && std::isupper(letter) && (before_small || after_small)) name += '_';
    name += static_cast<char>(std::tolower(letter));
  }
  return name;
}

}  // namespace mobilith
