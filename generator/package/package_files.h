// The text of a package's files.
#pragma once

#include <string>

#include "package/package.h"

namespace mobilith {

// The runtime's C sources in a tree that holds no compiled runtime.
inline const std::filesystem::path runtime_folder = "src/mobilith_runtime";

// What the library is, in a line: network, size, outputs, types, CPUs.
std::string package_summary(const Package&);

std::string model_header(const Package&);   // include/<name>.h
std::string pkg_config(const Package&);     // lib/pkgconfig/<name>.pc
std::string cmake_config(const Package&);   // lib/cmake/<name>/<name>-config.cmake
std::string cmake_version(const Package&);  // lib/cmake/<name>/<name>-config-version.cmake

// One line for sh that links app.c with the library of a tree at `out`, in the current folder.
std::string link_command(const Package&, const std::string& out);

}  // namespace mobilith
