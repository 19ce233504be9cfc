// What a target's archive may want of the system, by the committed tables in tests/data.
#pragma once

#include <set>
#include <string>

#include "targets/platforms.h"

namespace mobilith::targets {

using Names = std::set<std::string>;

// The model's object: a line of model_symbols.txt. Names as C has them, without Mach-O's "_".
Names model_wants(const Platform&);
// The runtime's object beside it: a line of runtime_symbols.txt, and MSVC's mark of floating point.
Names runtime_wants(const Platform&);
// Both: what a stub of the system must have.
Names archive_wants(const Platform&);

// Names that are the linker's own, not a library's: WebAssembly's.
bool is_linkers_own(const std::string& name);

}  // namespace mobilith::targets
