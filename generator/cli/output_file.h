// Files that options name to be written.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace mobilith {

// Throws FieldError where the option names no file that can be made, or something there that is no regular
// file (or leads to none): before the long work.
void require_file_possible(const std::string& option, const std::string& path);
// The same of each of these options that is given.
void require_files_possible(const options::variables_map&, std::initializer_list<const char*> names);

// Where a file that the option names goes: where a link leads to. Throws FieldError where something is there
// that is no regular file.
std::filesystem::path place_of_output(const std::string& option, const std::filesystem::path&);

// Written beside and renamed, where a link leads to. Throws FieldError where it can't be.
void write_output_file(const std::string& option, const std::string& path, std::string_view bytes);

}  // namespace mobilith
