// A TensorFlow SavedModel, which is a folder.
#pragma once

#include <string>

#include "weights/model_files.h"

namespace mobilith {

// saved_model.pb: one of such a folder's files.
bool is_saved_model_file(const std::string& bytes);
// Says what is wrong with a folder that holds no SavedModel, or with one file of one. Throws WeightsError.
[[noreturn]] void refuse_saved_model(const ModelFiles&);

}  // namespace mobilith
