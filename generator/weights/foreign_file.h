// What a file is that is no Keras file, so that the error says it.
#pragma once

#include <string>

namespace mobilith {

// "a PyTorch file", "an HTML page"; empty where it may be a Keras file or is not known. path: for messages.
std::string foreign_file(const std::string& bytes, const std::string& path);

}  // namespace mobilith
