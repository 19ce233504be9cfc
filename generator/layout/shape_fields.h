// Fields of shapes in JSON that are there only where they are not the usual ones, so that tuning records of
// usual networks, and what is made of their shapes, never change.
#pragma once

#include <nlohmann/json.hpp>

#include "layout/activation_names.h"

namespace mobilith::shape_fields {

inline void write(nlohmann::json& object, const char* field, ActivationFunction activation,
                  ActivationFunction usual) {
  if (activation != usual) object[field] = activation_json(activation);
}

inline void read(const nlohmann::json& object, const char* field, ActivationFunction& activation) {
  if (object.contains(field)) activation = activation_of(object.at(field));
}

// Products that are never paired, inputs that may be infinite, and the like.
inline void write(nlohmann::json& object, const char* field, bool set) {
  if (set) object[field] = true;
}

inline void read(const nlohmann::json& object, const char* field, bool& set) {
  set = object.value(field, false);
}

inline void write(nlohmann::json& object, const char* field, int value, int usual) {
  if (value != usual) object[field] = value;
}

inline void read(const nlohmann::json& object, const char* field, int& value) {
  value = object.value(field, value);
}

}  // namespace mobilith::shape_fields
