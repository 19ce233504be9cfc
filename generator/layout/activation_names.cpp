#include "layout/activation_names.h"

#include <stdexcept>
#include <utility>

namespace mobilith {

namespace {

constexpr std::pair<ActivationFunction, const char*> names[] = {{ActivationFunction::none, "none"},
                                                                {ActivationFunction::relu, "relu"},
                                                                {ActivationFunction::relu6, "relu6"}};

}  // namespace

const char* activation_name(ActivationFunction function) {
  for (const auto& [known, name] : names)
    if (known == function) return name;
  throw std::logic_error("no kernel has this activation");
}

ActivationFunction activation_named(const std::string& name) {
  std::string all;
  for (const auto& [function, known] : names) {
    if (name == known) return function;
    all += (all.empty() ? "" : ", ") + std::string(known);
  }
  throw std::invalid_argument("activation: expected one of " + all + ", got '" + name + "'");
}

}  // namespace mobilith
