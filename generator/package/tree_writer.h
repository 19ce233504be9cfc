// Files of an install tree, put in place all at once.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "package/tree_parts.h"

namespace mobilith {

// Makes `out` hold these files beside what it held: the tree is built in a hidden folder beside it, other
// files of an old tree linked into it, and changes places with `out` in one step, so that a process killed at
// any moment leaves the old tree or the new one. What killed ones left beside `out` is cleared. Where the
// system can't exchange folders (`out` is a mount or holds the current folder, the folder above can't be
// written), files are replaced one by one (package/write_in_place.h). Generators that write into one `out`
// take turns; `check` is called in each one's turn, where there is a folder already, and may throw. Throws
// PackageError; then nothing has changed.
void write_tree(const std::filesystem::path& out, const std::vector<TreeFile>& files,
                const std::function<void()>& check);

}  // namespace mobilith
