#include "package/package_files.h"

#include <fmt/format.h>

#include "codegen/emit.h"
#include "text/shell_word.h"

namespace mobilith {

namespace {

// Threads are part of libc, or an option of the linker, where there are any.
bool links_threads(const Platform& platform) {
  const std::string_view name = platform.name;
  return name.find("linux") != name.npos || name.find("macos") != name.npos;
}

}  // namespace

// The runtime's sources, where the tree has those, are compiled with the application: no flag can say that.
std::string pkg_config(const Package& package) {
  const CompiledLibrary& library = package.library;
  const bool runtime_archive = !library.bundled && library.platform == &host_platform();
  return fmt::format(R"(prefix=${{pcfiledir}}/../..
libdir=${{prefix}}/lib
includedir=${{prefix}}/include

Name: {name}
Description: {summary}
Version: {version}
Cflags: -I${{includedir}}
Libs: -L${{libdir}} -l{name}{runtime}{threads}
)",
                     fmt::arg("name", package.name), fmt::arg("summary", package_summary(package)),
                     fmt::arg("version", MOBILITH_VERSION),
                     fmt::arg("runtime", runtime_archive ? " -lmobilith_runtime" : ""),
                     fmt::arg("threads", links_threads(*library.platform) ? " -lpthread" : ""));
}

namespace {

// The target mobilith::runtime: compiled already, or to be compiled by the project that links it.
std::string cmake_runtime(const Package& package) {
  const CompiledLibrary& library = package.library;
  if (library.bundled) return "";
  if (library.platform == &host_platform())
    return fmt::format(R"(
# The runtime, once for all libraries of a program, from whichever of their trees comes first.
if(NOT TARGET mobilith::runtime)
  add_library(mobilith::runtime STATIC IMPORTED)
  set_target_properties(mobilith::runtime PROPERTIES
    IMPORTED_LOCATION "${{_{name}_prefix}}/lib/libmobilith_runtime.a"
    INTERFACE_INCLUDE_DIRECTORIES "${{_{name}_prefix}}/include"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
)",
                       fmt::arg("name", package.name));
  return fmt::format(
      R"(
# The runtime, compiled here for {platform}, once for all libraries of a program.
if(NOT TARGET mobilith::runtime)
  enable_language(C)
  add_library(mobilith_runtime STATIC "${{_{name}_prefix}}/{folder}/mobilith.c")
  set_target_properties(mobilith_runtime PROPERTIES C_STANDARD 11 POSITION_INDEPENDENT_CODE ON)
  target_include_directories(mobilith_runtime INTERFACE "${{_{name}_prefix}}/include"){threads}
  add_library(mobilith::runtime ALIAS mobilith_runtime)
endif()
)",
      fmt::arg("name", package.name), fmt::arg("platform", library.platform->name),
      fmt::arg("folder", runtime_folder.string()),
      fmt::arg("threads", links_threads(*library.platform)
                              ? "\n  target_link_libraries(mobilith_runtime INTERFACE Threads::Threads)"
                              : ""));
}

}  // namespace

std::string cmake_config(const Package& package) {
  const CompiledLibrary& library = package.library;
  const bool threads = links_threads(*library.platform);
  const Port& output = library.outputs.at(0);
  return fmt::format(
      R"(# {summary}
get_filename_component(_{name}_prefix "${{CMAKE_CURRENT_LIST_DIR}}/../../.." ABSOLUTE){threads}
{runtime}
if(NOT TARGET {name}::{name})
  add_library({name}::{name} STATIC IMPORTED)
  set_target_properties({name}::{name} PROPERTIES
    IMPORTED_LOCATION "${{_{name}_prefix}}/lib/{file}"
    INTERFACE_INCLUDE_DIRECTORIES "${{_{name}_prefix}}/include"
    INTERFACE_LINK_LIBRARIES "{links}")
endif()
{pixels}{scale}{labels}unset(_{name}_prefix)
)",
      fmt::arg("name", package.name), fmt::arg("summary", package_summary(package)),
      fmt::arg("threads", threads ? "\ninclude(CMakeFindDependencyMacro)\nfind_dependency(Threads)" : ""),
      fmt::arg("runtime", cmake_runtime(package)),
      fmt::arg("pixels",
               package.library.inputs.at(0).frame
                   ? fmt::format("# What the input's bytes are, and whether a run may say a region of them.\n"
                                 "set({0}_INPUT_FORMAT {1})\nset({0}_INPUT_RESIZES {2})\n",
                                 package.name, to_string(package.library.inputs[0].frame->format),
                                 package.library.inputs[0].frame->resize != Resize::none ? 1 : 0)
               : package.pixels.empty() ? ""
                                        : fmt::format("# Black and white, which the library scales itself.\n"
                                                      "set({}_PIXELS {})\n",
                                                      package.name, package.pixels)),
      fmt::arg("scale", output.type == ElementType::f32
                            ? ""
                            : fmt::format("# What a byte of the output means: scale * (byte - zero point).\n"
                                          "set({0}_OUTPUT_SCALE {1})\nset({0}_OUTPUT_ZERO_POINT {2})\n",
                                          package.name, float(output.scale.scale), output.scale.zero)),
      fmt::arg("labels", package.labels.empty()
                             ? ""
                             : fmt::format("# The classes' names, a line each.\nset({0}_LABELS "
                                           "\"${{_{0}_prefix}}/share/{0}/labels.txt\")\n",
                                           package.name)),
      fmt::arg("file", archive_name(package.name, *library.platform)),
      fmt::arg("links", !library.bundled ? "mobilith::runtime"
                        : threads        ? "Threads::Threads"
                                         : ""));
}

std::string cmake_version(const Package&) {
  return fmt::format(R"(set(PACKAGE_VERSION {version})
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
)",
                     fmt::arg("version", MOBILITH_VERSION));
}

// Files by their paths: what pkg-config prints of a path with a space in it is not what the shell makes words
// of.
std::string link_command(const Package& package, const std::string& out) {
  const CompiledLibrary& library = package.library;
  const std::string tree = out.starts_with('-') ? "./" + out : out;
  const bool here = library.platform == &host_platform();
  std::string command =
      fmt::format("{} app.c {} {}", here ? "cc" : "$CC", shell_word("-I" + tree + "/include"),
                  shell_word(tree + "/lib/" + archive_name(package.name, *library.platform)));
  if (!library.bundled)
    command +=
        fmt::format(" {}", shell_word(here ? tree + "/lib/libmobilith_runtime.a"
                                           : fmt::format("{}/{}/mobilith.c", tree, runtime_folder.string())));
  return command + (links_threads(*library.platform) ? " -lpthread" : "");
}

}  // namespace mobilith
