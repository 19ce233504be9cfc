// The object of python/mobilith/exports.c, carried inside the program. Its model is mobilith_exported_model.
#pragma once

#include <string_view>

namespace mobilith::embedded {

std::string_view exports_object();

}  // namespace mobilith::embedded
