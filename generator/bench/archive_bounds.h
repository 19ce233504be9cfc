// Whether an archive of objects is whole.
#pragma once

#include <string>
#include <string_view>

namespace mobilith {

// LLVM hands out members without looking where they end: those of a file that was cut short reach past it.
// Empty: every member lies inside; else what is wrong.
std::string archive_fault(std::string_view bytes);

}  // namespace mobilith
