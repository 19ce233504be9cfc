// The settings (configuration) of one Keras layer or model, each of which must be accounted for.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

namespace mobilith {

// A layer's settings by name. Whoever reads a layer takes every one: those that are left when it is done are
// an error, so that a setting which nobody thought of is not passed over. All functions throw WeightsError
// that names the layer, the setting, what was found and what was expected.
class KerasSettings {
 public:
  // what: "layer 'conv1' (Conv2D)"; settings must outlive it.
  KerasSettings(std::string what, const nlohmann::json& settings);

  const std::string& what() const { return what_; }
  // The setting's value; null where it is absent, as Keras's defaults are the caller's to know.
  const nlohmann::json& take(const std::string& name);
  bool flag(const std::string& name, bool otherwise);
  int whole(const std::string& name, int otherwise);
  double number(const std::string& name, double otherwise);
  std::string text(const std::string& name, const std::string& otherwise);
  // Two whole numbers: written as one number for both, or as a list.
  std::pair<int, int> pair(const std::string& name, int otherwise);
  // The setting is absent or has one of these values.
  void expect(const std::string& name, std::initializer_list<nlohmann::json> values);
  // Settings that change nothing at inference.
  void ignore(std::initializer_list<const char*> names);
  void ignore_all();
  // Throws for the first setting that was not taken.
  void finish() const;

  [[noreturn]] void refuse(const std::string& name, const std::string& expected) const;

 private:
  std::string what_;
  const nlohmann::json& settings_;
  std::set<std::string> taken_;
};

// JSON as a message shows it: cut where it is long.
std::string json_text(const nlohmann::json&);

}  // namespace mobilith
