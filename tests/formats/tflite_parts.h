// A TFLite file as parts that can be changed, and written again.
#pragma once

#include <mobilith_tflite.h>

#include <string>
#include <vector>

namespace mobilith::testing {

namespace tflite = mobilith::file::tflite;

// A field of an operator's options: 'b' a byte, 't' a truth value, 'i' 32 bits, 'f' a float.
struct TfliteField {
  char kind;
  double value;
};

struct TfliteOperator {
  tflite::Builtin code;
  std::vector<int> inputs, outputs;
  int options_type = 0;
  std::vector<TfliteField> options{};  // in the format's order
};

struct TfliteTensor {
  std::string name;
  std::vector<int32_t> shape;
  tflite::TensorType type;
  std::string bytes;  // empty: no constant
};

// Files of one graph, without quantisation; of options those that are numbers.
struct TfliteParts {
  std::vector<TfliteTensor> tensors;
  std::vector<TfliteOperator> operators;
  std::vector<int> inputs, outputs;
};
TfliteParts parts_of(const std::string& bytes);
std::string bytes_of(const TfliteParts&);

}  // namespace mobilith::testing
