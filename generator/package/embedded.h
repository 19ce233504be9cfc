// The files of the runtime that go into every generated tree, carried inside the generator so that it needs
// none beside it.
#pragma once

#include <string_view>

namespace mobilith::embedded {

std::string_view runtime_archive();  // libmobilith_runtime.a
std::string_view runtime_header();   // mobilith.h

}  // namespace mobilith::embedded
