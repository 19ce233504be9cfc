// The container of weights that all models of TF.js have: a manifest, and files beside it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "formats/read_graph.h"

namespace mobilith::file {

// The tensors of "weightsManifest" by name; quantised ones (uint8, uint16, float16) as the floats that TF.js
// makes of them. Throws Error for files that are not there, larger or smaller than the manifest says, and for
// names of files with a folder in them.
std::map<std::string, Tensor> read_tfjs_weights(const nlohmann::json& manifest, const ReadRequest&);

}  // namespace mobilith::file
