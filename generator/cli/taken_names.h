// taken_names.txt, inside the generator.
#pragma once

#include <string_view>

namespace mobilith::embedded {

std::string_view taken_names();

}  // namespace mobilith::embedded
