// Random schedules of kernels of whole numbers.
#pragma once

#include <random>

#include "records/lookup.h"
#include "schedules/kernel_types.h"

namespace mobilith::testing {

// A schedule of the kernel's space that fits, or its default one.
inline ScheduleLookup random_schedules(uint32_t seed, const Machine& machine) {
  return
      [random = std::mt19937(seed), machine](const std::string& type, const nlohmann::json& shape) mutable {
        const KernelType& row = kernel_type(type);
        nlohmann::json schedule = row.default_schedule(shape, machine);
        for (int attempt = 0; attempt < 20; attempt++) {
          nlohmann::json drawn = schedule;
          for (const Axis& axis : row.space(shape, machine))
            drawn[axis.parameter] = axis.values[random() % axis.values.size()];
          if (row.fits(shape, drawn, machine)) return std::optional<FoundSchedule>({drawn, "drawn"});
        }
        return std::optional<FoundSchedule>({schedule, "default"});
      };
}

}  // namespace mobilith::testing
