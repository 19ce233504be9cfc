// Fields of an object in JSON: each is taken by its name and kind, or refused.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "graph/file_error.h"

namespace mobilith::file {

class Fields {
 public:
  // `place` is for messages. Throws Error for what is no object.
  Fields(const nlohmann::json& from, std::string place) : from_(from), place_(std::move(place)) {
    if (!from.is_object()) throw Error(place_ + " is no object");
  }
  // Null where there is none.
  const nlohmann::json* find(const std::string& name) {
    taken_.insert(name);
    const auto found = from_.find(name);
    return found == from_.end() || found->is_null() ? nullptr : &*found;
  }
  const nlohmann::json& take(const std::string& name) {
    if (const auto* found = find(name)) return *found;
    throw Error(place_ + " has no '" + name + "'");
  }
  const nlohmann::json& list(const std::string& name) {
    if (const auto& found = take(name); found.is_array()) return found;
    throw Error(place_ + ": '" + name + "' is no list");
  }
  std::string word(const std::string& name) {
    if (const auto& found = take(name); found.is_string()) return found.get<std::string>();
    throw Error(place_ + ": '" + name + "' is no word");
  }
  double number(const std::string& name) {
    if (const auto& found = take(name); found.is_number()) return found.get<double>();
    throw Error(place_ + ": '" + name + "' is no number");
  }
  // Throws Error for a field that nobody took.
  void finish() const {
    for (const auto& [name, value] : from_.items())
      if (!taken_.count(name))
        throw Error(place_ + " has a field " + file::quoted(name) + " that is not known");
  }

 private:
  const nlohmann::json& from_;
  std::string place_;
  std::set<std::string> taken_{};
};

}  // namespace mobilith::file
