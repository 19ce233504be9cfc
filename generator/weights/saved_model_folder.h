// A TensorFlow SavedModel, which is a folder, as Weights.
#pragma once

#include <memory>
#include <string>

#include "weights/weights.h"

namespace mobilith {

// The hash is the SHA-256 of the lines "HASH  NAME\n", as sha256sum writes them, of the files that are read,
// in the order of their names. Throws WeightsError, also for a folder that holds no SavedModel.
std::unique_ptr<Weights> open_saved_model(const std::string& folder, const ReadOptions&);

// saved_model.pb: one of such a folder's files.
bool is_saved_model_file(const std::string& bytes);
[[noreturn]] std::unique_ptr<Weights> refuse_saved_model_file(const std::string& bytes,
                                                              const std::string& path, const ReadOptions&);

}  // namespace mobilith
