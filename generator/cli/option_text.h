// What the command-line library knows of an option, taken apart again for manual pages and completion.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace mobilith {

struct OptionText {
  std::string name;         // without dashes
  std::string placeholder;  // of its value, "text|json"; empty: takes none
  std::string otherwise;    // the default; empty: none
  std::string text;
};

// With --help, in the order in which they were added.
std::vector<OptionText> option_texts(const Synopsis&);

}  // namespace mobilith
