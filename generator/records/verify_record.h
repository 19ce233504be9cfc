// Whether a record is of use to this version.
#pragma once

#include <optional>
#include <string>

#include "records/records.h"

namespace mobilith {

// Why no kernel can be built from this record, in one line: the shape is not its type's, the schedule does
// not fit, or Halide refuses the pipeline (which is built, not compiled).
std::optional<std::string> why_unusable(const TuningRecord&);

}  // namespace mobilith
