// Small model files of every format, and trees that are generated from them, for tests of commands.
#pragma once

#include <string>
#include <vector>

#include "catch.h"
#include "networks/network.h"
#include "process.h"

namespace mobilith::testing {

// MobileNet V1 of alpha 0.25 for images of 32x32 and ten classes.
Network small_network();

// The file of small_network() with the formula's weights, of the format that the path's ending says: .tflite,
// .onnx, .h5, .keras.
void write_model(const std::filesystem::path&);

// A TFLite file with a zip file behind it, as its metadata are: (name, text) of each member.
void append_zip(const std::filesystem::path&,
                const std::vector<std::pair<std::string, std::string>>& members);

// In the settings of a .keras file, every `from` becomes `to`; there must be one.
void change_settings(const std::filesystem::path&, const std::string& from, const std::string& to);

ProcessResult run_mobilith(std::vector<std::string> arguments);

// A tree with the library "net" of a model file; it must succeed.
void generate_net(const std::filesystem::path& model, const std::filesystem::path& tree,
                  const std::vector<std::string>& more = {});

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline size_t lines(const std::string& text) { return size_t(std::count(text.begin(), text.end(), '\n')); }

}  // namespace mobilith::testing
