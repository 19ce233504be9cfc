// The state dict in what torch.save was given.
#pragma once

#include <functional>

#include "state_dicts/pickle.h"
#include "state_dicts/state_dict.h"

namespace mobilith::file {

// A storage of the pickle's `storages`, by its key. Throws Error.
using FindStorage = std::function<Storage(const std::string& key)>;

// The dictionary of tensors, out of its wrappings: "state_dict", "model", "model_state_dict" and the prefixes
// of DataParallel and compile. Entries beside it that can change no answer are in left_out; any other is
// refused.
StateDict unwrap(const pickle::Pickle&, const FindStorage&);

}  // namespace mobilith::file
