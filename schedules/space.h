// The schedules of one kernel that are worth trying: one axis for each parameter.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace mobilith {

// One parameter and its values, the smallest first where they have an order. Neighbouring schedules differ in
// one axis.
struct Axis {
  nlohmann::json::json_pointer parameter;  // into the schedule
  std::vector<nlohmann::json> values;
};

// Not every combination fits its shape: ask KernelType::fits.
using ScheduleSpace = std::vector<Axis>;

}  // namespace mobilith
