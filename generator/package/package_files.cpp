#include "package/package_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "codegen/emit.h"
#include "text/shell_word.h"

namespace mobilith {

namespace {

// What the header's macros begin with: MY_NET for my_net, a name with capitals in it as it is, so that no two
// names (which have small letters) have the same.
std::string macro_prefix(const std::string& name) {
  std::string upper = name;
  for (char& letter : upper) {
    if (std::isupper(static_cast<unsigned char>(letter))) return name;
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return upper;
}

bool is_head(const Package& package, const Port& output) { return output.name == package.head; }

bool has_classes(const Package& package) {
  return std::any_of(package.library.outputs.begin(), package.library.outputs.end(),
                     [&](const Port& output) { return is_head(package, output); });
}

std::string summary(const Package& package) {
  const Configuration& c = package.configuration;
  std::vector<std::string> outputs;
  for (const Port& output : package.library.outputs)
    if (is_head(package, output))
      outputs.push_back(fmt::format("{} classes", c.classes));
    else
      outputs.push_back(fmt::format("{} {}x{}x{}", output.name, output.shape.height, output.shape.width,
                                    output.shape.channels));
  return fmt::format(
      "{}, {}x{}, {}, {}, for {}", network_title(c, ", "), c.height, c.width, fmt::join(outputs, ", "),
      c.weights_dtype == "f32" ? c.dtype : fmt::format("{} with weights in {}", c.dtype, c.weights_dtype),
      fmt::join(package.library.cpus, ", "));
}

const char* what(OutputFunction output) {
  switch (output) {
    case OutputFunction::linear:
      return "logits";
    case OutputFunction::softmax:
      return "probabilities";
    case OutputFunction::sigmoid:
      return "probabilities, each class's by itself (sigmoid)";
  }
  throw std::logic_error("unknown output");
}

// What the model's image is. Files seldom say it: most MobileNets are trained on x / 127.5 - 1.
std::string pixels_text(const Package& package) {
  const Port& input = package.library.inputs.at(0);
  if (input.frame)
    return fmt::format("a frame of {} {}x{}, which the library {}normalises (manifest.json)",
                       to_string(input.frame->format), input.frame->height, input.frame->width,
                       input.frame->resize == Resize::none ? "" : "resizes and ");
  if (input.type != ElementType::f32) return "SCALE * (byte - ZERO_POINT)";
  if (package.pixels.empty()) return "x / 127.5 - 1";
  return fmt::format("{}: the library scales them", package.pixels);
}

std::string capitals(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

// With a point, as C wants it before an f.
std::string float_text(float value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

const char* type_text(const Port& port) {
  switch (port.type) {
    case ElementType::f32:
      return "float32";
    case ElementType::u8:
      return "uint8";
    case ElementType::i8:
      return "int8";
    case ElementType::bf16:
    case ElementType::f16:
      break;  // of no port
  }
  throw std::logic_error("unknown type");
}

// What a byte means: SCALE * (byte - ZERO_POINT).
std::string scale_macros(const std::string& prefix, const Port& port) {
  return fmt::format("#define {0}_SCALE {1}f\n#define {0}_ZERO_POINT ({2})\n", prefix,
                     float_text(float(port.scale.scale)), port.scale.zero);
}

// Its number and its shape, as macros.
std::string output_macros(const Package& package, size_t index) {
  const Port& output = package.library.outputs[index];
  const std::string prefix = macro_prefix(package.name) + "_OUTPUT_" + capitals(output.name);
  if (output.type != ElementType::f32)
    return fmt::format(R"(#define {prefix}_INDEX {index}
#define {prefix}_HEIGHT {height}
#define {prefix}_WIDTH {width}
#define {prefix}_CHANNELS {channels}
#define {prefix}_BYTES ({height} * {width} * {channels})
{scale})",
                       fmt::arg("prefix", prefix), fmt::arg("index", index),
                       fmt::arg("height", output.shape.height), fmt::arg("width", output.shape.width),
                       fmt::arg("channels", output.shape.channels),
                       fmt::arg("scale", scale_macros(prefix, output)));
  return fmt::format(R"(#define {prefix}_INDEX {index}
#define {prefix}_HEIGHT {height}
#define {prefix}_WIDTH {width}
#define {prefix}_CHANNELS {channels}
#define {prefix}_FLOATS ({height} * {width} * {channels})
#define {prefix}_BYTES ({prefix}_FLOATS * sizeof(float))
)",
                     fmt::arg("prefix", prefix), fmt::arg("index", index),
                     fmt::arg("height", output.shape.height), fmt::arg("width", output.shape.width),
                     fmt::arg("channels", output.shape.channels));
}

// "Output: probabilities, float32.", or a line for each of several.
std::string outputs_text(const Package& package) {
  const std::vector<Port>& outputs = package.library.outputs;
  std::string text;
  for (size_t i = 0; i < outputs.size(); i++)
    text += fmt::format(
        "{} {}, {}.",
        outputs.size() == 1 ? " Output:" : fmt::format("\n * Output {}, {}:", i, outputs[i].name),
        is_head(package, outputs[i]) ? what(package.output) : "(y, x, channel)", type_text(outputs[i]));
  return text;
}

}  // namespace

std::string model_header(const Package& package) {
  const Configuration& c = package.configuration;
  const std::string prefix = macro_prefix(package.name);
  const std::vector<Port>& outputs = package.library.outputs;
  const int channels = package.library.inputs.at(0).shape.channels;
  std::string macros;
  if (has_classes(package)) macros += fmt::format("#define {}_CLASSES {}\n", prefix, c.classes);
  const Port& input = package.library.inputs.at(0);
  if (input.frame)
    macros += fmt::format(
        "#define {0}_INPUT_FORMAT MOBILITH_{1}\n#define {0}_INPUT_RESIZES {2}\n#define {0}_INPUT_ROW_BYTES "
        "{3}\n"
        "#define {0}_INPUT_BYTES {4}\n",
        prefix, capitals(to_string(input.frame->format)), input.frame->resize != Resize::none ? 1 : 0,
        input.row_bytes(), input.bytes());
  else if (input.type == ElementType::f32)
    macros += fmt::format(
        "#define {0}_INPUT_FLOATS ({1} * {2} * {3})\n"
        "#define {0}_INPUT_BYTES ({0}_INPUT_FLOATS * sizeof(float))\n",
        prefix, c.height, c.width, channels);
  else
    macros += fmt::format("#define {0}_INPUT_BYTES ({1} * {2} * {3})\n{4}", prefix, c.height, c.width,
                          channels, scale_macros(prefix + "_INPUT", input));
  if (outputs.size() == 1 && outputs[0].type != ElementType::f32)
    macros += fmt::format("#define {0}_OUTPUT_BYTES {0}_OUTPUT_{1}_BYTES\n{2}", prefix,
                          capitals(outputs[0].name), scale_macros(prefix + "_OUTPUT", outputs[0]));
  else if (outputs.size() == 1)
    macros +=
        fmt::format("#define {0}_OUTPUT_BYTES ({0}_{1} * sizeof(float))\n", prefix,
                    has_classes(package) ? "CLASSES" : "OUTPUT_" + capitals(outputs[0].name) + "_FLOATS");
  macros += fmt::format("#define {}_OUTPUTS {}\n", prefix, outputs.size());
  for (size_t i = 0; i < outputs.size(); i++) macros += output_macros(package, i);
  return fmt::format(R"(/* {summary}. Generated by mobilith. */
#ifndef MOBILITH_NETWORK_{name}_H
#define MOBILITH_NETWORK_{name}_H

#include "mobilith.h"

#define {macro}_INPUT_HEIGHT {height}
#define {macro}_INPUT_WIDTH {width}
#define {macro}_INPUT_CHANNELS {channels}
{macros}
#ifdef __cplusplus
extern "C" {{
#endif

/* Input: {type} (y, x, channel), {pixels}.{output} */
extern const mobilith_model {name};

#ifdef __cplusplus
}}
#endif
#endif
)",
                     fmt::arg("summary", summary(package)), fmt::arg("macro", prefix),
                     fmt::arg("channels", channels), fmt::arg("type", type_text(input)),
                     fmt::arg("pixels", pixels_text(package)), fmt::arg("macros", macros),
                     fmt::arg("name", package.name), fmt::arg("height", input.shape.height),
                     fmt::arg("width", input.shape.width), fmt::arg("output", outputs_text(package)));
}

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
                     fmt::arg("name", package.name), fmt::arg("summary", summary(package)),
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
      fmt::arg("name", package.name), fmt::arg("summary", summary(package)),
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
