// share/<name>/manifest.json: what a library is made of.
#pragma once

#include <nlohmann/json.hpp>

#include "codegen/codegen.h"
#include "codegen/link_kernels.h"
#include "plan/plan.h"

namespace mobilith {

nlohmann::json manifest(const LinkedKernels&, const Plan&, const Network&, const Weights&, const CpuTarget&,
                        const LibraryOptions&);

}  // namespace mobilith
