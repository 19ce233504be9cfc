// Which build of the generator this is.
#pragma once

#include <string>

namespace mobilith {

// The build id that the linker wrote into the running program: a hash of its contents, the same in a stripped
// copy. Read from memory, so that it needs no /proc. Where the program was linked without one: its file's
// SHA-256, and "" where that can't be read.
const std::string& generator_identity();

}  // namespace mobilith
