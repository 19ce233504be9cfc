#include "weights/saved_model_folder.h"

#include <fmt/format.h>

#include "formats/read_graph.h"
#include "models/model_error.h"

namespace mobilith {

bool is_saved_model_file(const std::string& bytes) { return file::format_of(bytes) == "SavedModel"; }

void refuse_saved_model(const ModelFiles& files) {
  if (files.folder())
    throw WeightsError("weights",
                       fmt::format("{}: saved_model.pb is no TensorFlow SavedModel", files.path()));
  throw WeightsError("weights", fmt::format("{}: is one file of a TensorFlow SavedModel; expected the folder "
                                            "that holds it and variables/",
                                            files.path()));
}

}  // namespace mobilith
