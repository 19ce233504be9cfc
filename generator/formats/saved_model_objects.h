// How Python restores a SavedModel's variables: by its objects.
#pragma once

#include <functional>
#include <string>

#include "formats/tensorflow_variables.h"

namespace mobilith::file {

// The entries of the checkpoint for the variables that functions of the graph capture, by the objects of
// SavedModel and checkpoint that have the same path of names. `objects` gives the checkpoint's message of
// objects, and is asked if there is something to look up. Keras 3 needs that: tf.saved_model.save() of its
// models writes a graph that restores copies of the variables alone. Throws Error for a message that is
// damaged.
RestoredVariables variables_of_objects(const tensorflow::MetaGraph&,
                                       const std::function<std::string()>& objects);

}  // namespace mobilith::file
