// LevelDB's table of sorted keys, which is the form of a TensorFlow checkpoint's index.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mobilith::file {

// All entries by key; the values point into `bytes`. Every block's checksum is compared, and keys must
// ascend. Throws Error for a table that is cut or damaged, for compressed blocks, for keys of more than 4096
// bytes, and for keys that take more than 64 MB. Time and memory are bounded by that and the table's size.
std::map<std::string, std::string_view> read_sorted_table(std::string_view bytes);

}  // namespace mobilith::file
