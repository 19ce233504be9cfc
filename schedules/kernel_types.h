// The table of kernel types: what the generator needs to know of each, with shapes and schedules as JSON, so
// that caches, records and tools treat all types alike. A new block type is a new row.
#pragma once

#include <Halide.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/operands.h"
#include "schedules/space.h"

namespace mobilith {

// A scheduled pipeline; the output comes after the arguments.
struct BuiltKernel {
  Halide::Func output;
  Operands arguments;
};

struct KernelType {
  const char* name;
  ElementType dtype;  // of its tensors: u8 of quantised ones
  nlohmann::json (*default_schedule)(const nlohmann::json& shape, const Machine&);
  // Throws std::invalid_argument or a JSON exception where shape or schedule are not this type's, or do not
  // fit each other.
  BuiltKernel (*build)(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine&);
  // Whether build() takes this schedule; false too for what is no schedule of this type. Throws for another
  // type's shape.
  bool (*fits)(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine&);
  // The parameters and the values worth trying; the default is among them.
  ScheduleSpace (*space)(const nlohmann::json& shape, const Machine&);
  // The analytic cost of a schedule that fits: cycles of one run on one core, good for ordering candidates.
  double (*predicted_cycles)(const nlohmann::json& shape, const nlohmann::json& schedule, const Machine&);
  // What kernels of this shape read, whatever their schedule.
  Operands (*operands)(const nlohmann::json& shape, const Machine&);
  // The shape with this type's fields and no others. Throws for another type's shape.
  nlohmann::json (*canonical_shape)(const nlohmann::json& shape);
};

const std::vector<KernelType>& kernel_types();

// Throws std::invalid_argument for an unknown name.
const KernelType& kernel_type(const std::string& name);

}  // namespace mobilith
