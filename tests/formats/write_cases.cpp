// write_cases FOLDER: the files of cases.h, for the engines whose answers are in tests/data/formats.
#include <fstream>
#include <iostream>

#include "formats/cases.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "write_cases FOLDER\n";
    return 2;
  }
  using namespace mobilith::testing;
  for (const auto& [cases, ending] : {std::pair{tflite_cases(), ".tflite"}, std::pair{onnx_cases(), ".onnx"},
                                      std::pair{tensorflow_cases(), ".pb"}})
    for (const FormatCase& one : cases)
      std::ofstream(std::string(argv[1]) + "/" + one.name + ending, std::ios::binary) << one.bytes;
  return 0;
}
