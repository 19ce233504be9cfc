// Words of commands that people copy, or that we give to a shell.
#pragma once

#include <string>

namespace mobilith {

// One word to sh, whatever is in it: as it is where the shell would leave it alone, else in single quotes.
std::string shell_word(const std::string& word);

}  // namespace mobilith
