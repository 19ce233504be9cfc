#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "package/package_files.h"

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

const char* what(OutputFunction output) {
  switch (output) {
    case OutputFunction::linear:
      return "logits";
    case OutputFunction::softmax:
      return "probabilities";
    case OutputFunction::log_softmax:
      return "logarithms of probabilities";
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

std::string package_summary(const Package& package) {
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
                     fmt::arg("summary", package_summary(package)), fmt::arg("macro", prefix),
                     fmt::arg("channels", channels), fmt::arg("type", type_text(input)),
                     fmt::arg("pixels", pixels_text(package)), fmt::arg("macros", macros),
                     fmt::arg("name", package.name), fmt::arg("height", input.shape.height),
                     fmt::arg("width", input.shape.width), fmt::arg("output", outputs_text(package)));
}

}  // namespace mobilith
