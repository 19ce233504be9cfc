// Files that options name to be written.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace mobilith {

// Throws FieldError where one of these options names no file that can be made: before the long work.
void require_files_possible(const options::variables_map&, std::initializer_list<const char*> names);

// Written beside and renamed. Throws FieldError where it can't be.
void write_output_file(const std::string& option, const std::string& path, std::string_view bytes);

}  // namespace mobilith
