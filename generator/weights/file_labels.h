// Names of classes that a model file carries beside its graph.
#pragma once

#include <string>

#include "weights/weights.h"

namespace mobilith {

// TFLite's metadata is a zip file behind the model; its member with labels is a text, a class a line. Never
// throws: labels that can't be read are left out, and it is said why.
FileLabels labels_in(const std::string& bytes);

// The lines of a text: without a carriage return at their ends, and without what follows the last line.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace mobilith
