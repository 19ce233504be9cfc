// Whole files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mobilith {

// The bytes of a file; nothing where it can't be read, and errno says why.
std::optional<std::string> read_bytes(const std::filesystem::path&);
// The rest of an open file, which stays open.
std::optional<std::string> read_bytes(int file);

// Makes the file hold these bytes, and waits until the disk has them. 0, or errno: the file may then hold a
// part.
int write_to_disk(const std::filesystem::path&, std::string_view bytes);

// Waits until the disk has the folder's names. Best effort: some file systems can't, and need not.
void sync_folder(const std::filesystem::path&);

enum class Disk { wait, later };

// Makes the file hold these bytes, all at once: they are written to a new file beside it, whose name nobody
// can foresee, and that is renamed. Others may do no more with it than with the file that was there, nor than
// with a new one. Throws std::runtime_error, with the path; then nothing has changed.
void replace_file(const std::filesystem::path&, std::string_view bytes, Disk = Disk::later);

// Removes what killed calls of replace_file left in a folder: new files of this user that no process writes.
// Does not follow links.
void clear_unfinished(const std::filesystem::path& folder);

}  // namespace mobilith
