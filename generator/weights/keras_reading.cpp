#include "weights/keras_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

namespace keras {

Operation& append(Reading& r, OperationKind kind) {
  Operation operation{kind, r.layer.name, r.settings.what(), r.inputs};
  r.graph.operations.push_back(std::move(operation));
  return r.graph.operations.back();
}

// An operation behind the layer's first.
Operation& append_behind(Reading& r, OperationKind kind) {
  const int before = static_cast<int>(r.graph.operations.size()) - 1;
  Operation& operation = append(r, kind);
  operation.inputs = {before};
  return operation;
}

void channels_last(Reading& r) { r.settings.expect("data_format", {"channels_last", nullptr}); }

struct KerasActivation {
  const char* name;
  ActivationFunction function;
  bool keras3;  // as Keras 3 has it; in Keras 2 there is none of the name, or another: hard_sigmoid is clip(x
                // / 5 + 1 / 2)
};
constexpr KerasActivation activations[] = {
    {"relu", ActivationFunction::relu, false},
    {"relu6", ActivationFunction::relu6, false},
    {"sigmoid", ActivationFunction::sigmoid, false},
    {"hard_sigmoid", ActivationFunction::hard_sigmoid, true},
    {"hard_silu", ActivationFunction::hard_swish, true},
    {"hard_swish", ActivationFunction::hard_swish, true},
    {"hard_tanh", ActivationFunction::clamp(-1, 1), true},
};

// An activation by its name, as an operation behind the layer.
void append_activation(Reading& r, const char* setting, bool alone) {
  const std::string name = r.settings.text(setting, "linear");
  const auto put = [&](OperationKind kind) -> Operation& {
    return alone ? append(r, kind) : append_behind(r, kind);
  };
  if (name == "linear") return;
  if (name == "softmax") return void(put(OperationKind::softmax));
  for (const KerasActivation& row : activations) {
    if (name != row.name) continue;
    if (row.keras3 && !r.rules.keras3)
      r.settings.refuse(
          setting, "another one: it is known from Keras 3 alone, and Keras 2 may compute another function");
    put(OperationKind::activation).function = row.function;
    return;
  }
  std::vector<std::string> names{"linear", "softmax"};
  for (const KerasActivation& row : activations) names.emplace_back(row.name);
  r.settings.refuse(setting, fmt::format("one of {}", fmt::join(names, ", ")));
}

}  // namespace keras

}  // namespace mobilith
