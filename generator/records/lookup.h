// Where a kernel's schedule comes from, when not from the analytic default.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace mobilith {

struct FoundSchedule {
  nlohmann::json schedule;
  std::string source;  // for the manifest, e.g. "tuned for znver4"
};

// type: in kernel_types(); shape: of that type.
using ScheduleLookup =
    std::function<std::optional<FoundSchedule>(const std::string& type, const nlohmann::json& shape)>;

}  // namespace mobilith
