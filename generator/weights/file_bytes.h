// A weights file, read once: what is parsed and what is hashed are the same bytes, whatever happens to the
// file meanwhile.
#pragma once

#include <string>

namespace mobilith {

// The file's whole contents. Throws WeightsError, which names the file, where it is missing, no regular file,
// empty, over 4 GB, or locked by a program that writes it.
std::string read_weights_file(const std::string& path);

}  // namespace mobilith
