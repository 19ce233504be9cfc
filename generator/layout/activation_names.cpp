#include "layout/activation_names.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace mobilith {

using nlohmann::json;

json activation_json(const ActivationFunction& function) {
  const char* name = row_of(function).name;
  if (function.kind == ActivationKind::clamp) return {{name, {function.low, function.high}}};
  return name;
}

ActivationFunction activation_of(const json& written) {
  std::string names;
  for (const ActivationRow& row : activation_rows()) {
    if (row.kind != ActivationKind::clamp) {
      if (written == row.name) return {row.kind};
      names += std::string(row.name) + ", ";
      continue;
    }
    if (!written.is_object() || written.size() != 1 || !written.contains(row.name)) continue;
    const json& bounds = written.at(row.name);
    if (bounds.is_array() && bounds.size() == 2 && bounds[0].is_number() && bounds[1].is_number()) {
      const auto f = ActivationFunction::clamp(bounds[0].get<float>(), bounds[1].get<float>());
      if (std::isfinite(f.low) && std::isfinite(f.high) && f.low < f.high) return f;
    }
  }
  throw std::invalid_argument("activation: expected one of " + names + "{\"clamp\": [LOW, HIGH]}, got " +
                              written.dump());
}

std::string activation_word(const ActivationFunction& function) {
  const char* name = row_of(function).name;
  if (function.kind != ActivationKind::clamp) return name;
  std::string word = fmt::format("{}_{}_{}", name, function.low, function.high);
  for (char& letter : word)
    letter = letter == '-' ? 'm' : letter == '.' ? 'p' : letter == '+' ? '_' : letter;  // a C identifier
  return word;
}

}  // namespace mobilith
