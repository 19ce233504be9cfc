// State dicts of PyTorch (state_dicts/state_dict.h) as Weights: of a network of the tables, or of the graph
// that torch_graphs/ makes of them.
#pragma once

#include <memory>
#include <string>

#include "weights/model_content.h"
#include "weights/weights.h"

namespace mobilith {

// Whether the content is a state dict's, of any network.
bool is_state_dict(const std::string& bytes);
// Throws WeightsError.
HeldByFile read_state_dict(ModelFiles&, const ReadOptions&);
// path: for messages. hash: of the file. Throws WeightsError, also where the file's names are of no network,
// where they are of several, or where a tensor belongs to no layer.
std::unique_ptr<Weights> open_state_dict(file::StateDict, const std::string& path, const std::string& hash,
                                         const ReadOptions&);

}  // namespace mobilith
