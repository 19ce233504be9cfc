// Small files of each format, each with one operation or a few, made by formula. What the formats' own
// engines compute of them is in tests/data/formats, by tests/formats/engine_answers.py.
#pragma once

#include <string>
#include <vector>

namespace mobilith::testing {

struct FormatCase {
  std::string name;
  std::string bytes;
};

std::vector<FormatCase> tflite_cases(), onnx_cases(), tensorflow_cases();

}  // namespace mobilith::testing
