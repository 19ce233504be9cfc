// A weights file, read once: what is parsed and what is hashed are the same bytes, whatever happens to the
// file meanwhile.
#pragma once

#include <functional>
#include <string>

namespace mobilith {

// The file's whole contents. Throws WeightsError, which names the file, where it is missing, no regular file,
// empty, over 4 GB, or locked by a program that writes it.
std::string read_weights_file(const std::string& path);

// Reads files in the folder of the one at `path`, up to as many bytes and one more, so that a file that is
// too long is seen to be. Throws file::Error for one that is not there, or can't be read.
std::function<std::string(const std::string& name, size_t most)> files_beside(const std::string& path);

}  // namespace mobilith
