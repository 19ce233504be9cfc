// Folders and files that several users may share.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mobilith {

// Why others than this user and root may have put files into this folder, as the end of a sentence; nothing
// where they may not. A folder with the sticky bit, as /tmp, is taken: of its files, each is looked at.
std::optional<std::string> why_untrusted(const std::filesystem::path& folder);

// The bytes of a regular file that is this user's or root's and that no one else may write. Nothing for any
// other file, for a link, and where it can't be read: `why` then says so, and is empty where there is none.
std::optional<std::string> read_trusted(const std::filesystem::path&, std::string& why);

}  // namespace mobilith
