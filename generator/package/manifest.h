// share/<name>/manifest.json: what a library is made of.
#pragma once

#include <nlohmann/json.hpp>

#include "package/compile_library.h"
#include "package/model_constant.h"
#include "plan/shared_weights.h"

namespace mobilith {

nlohmann::json manifest(const std::vector<Variant>&, const SharedWeights&, const Network&, const Weights&,
                        const LibraryOptions&);

}  // namespace mobilith
