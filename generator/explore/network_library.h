// A published network's library, in memory.
#pragma once

#include <functional>
#include <string>

#include "package/compile_library.h"

namespace mobilith::explore {

// What is being done; may throw.
using Stage = std::function<void(const std::string&)>;

struct LibraryWanted {
  std::string platform, cpu;  // as TargetOptions has them
  std::string dtype = "f32";  // "bf16", "int8"
  SchedulesFor schedules;     // may be empty
  std::function<void(const std::string&)> complain;
  Stage stage;
};

// Of synthetic weights: times do not depend on what they are, but for which products are paired
// (plan/pairing.h). In int8 one made picture chooses the scales: enough for a time, not for use. Throws as
// compile_library(), WeightsError.
CompiledLibrary network_library(const Configuration&, const LibraryWanted&);

}  // namespace mobilith::explore
