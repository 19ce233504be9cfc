// Names that become C symbols, macros and files.
#pragma once

#include <string>

namespace mobilith {

// Why a model can't be called so, as the end of a sentence that the name begins; empty where it can. A name
// is one that C, C++, the preprocessor, the C libraries and the systems' own headers and libraries leave
// free, on every system, because sources move between them; windows: that windows.h leaves free, too, which
// takes everyday words.
std::string objection_to_name(const std::string& name, bool windows);

// Throws UsageError, naming --name and a name that would do.
void require_identifier(const std::string& name, bool windows);

}  // namespace mobilith
