// Files of a tree replaced where its folder can't change places with a new one.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "package/tree_parts.h"

namespace mobilith {

// Replaces files of the folder `out` one by one. The new files, and links to those that they replace, are
// first put into a folder inside `out`, with a journal of what follows. An error takes back what was
// replaced. After a kill the journal stays, and the next one to write first makes the old tree of it:
// take_back_update(). Writers of one `out` take turns; `check` is called in each one's turn and may throw.
// Throws PackageError; then nothing has changed.
void write_in_place(const std::filesystem::path& out, const std::vector<TreeFile>& files,
                    const std::function<void()>& check, MadeFolders& made);

// Makes the old tree of what a killed write_in_place left, and clears its folder; does nothing where there is
// none. Call it with the lock on `out` held. Throws PackageError where the folder is not this user's.
void take_back_update(const std::filesystem::path& out);

// A folder that a killed write_in_place began to fill: nothing is in it but the update, or the update's
// journal says what else is ours.
bool update_was_killed_in(const std::filesystem::path& out);

}  // namespace mobilith
