// The functions that end a layer or a network, element by element or over all classes.
#pragma once

#include <string>
#include <vector>

namespace mobilith {

// Of x, what a layer's values go through last, after its batch norm:
//   none          x
//   relu          max(x, 0)
//   relu6         min(max(x, 0), 6)
//   hard_sigmoid  min(max(x + 3, 0), 6) / 6, as in Keras 3 and MobileNet V3 (arXiv 1905.02244)
//   hard_swish    x hard_sigmoid(x)
//   sigmoid       1 / (1 + exp(-x))
//   clamp         min(max(x, low), high)
// NaN gives NaN. An infinite x gives what IEEE arithmetic makes of the formula: hard_swish of -infinity is
// NaN.
enum class ActivationKind { none, relu, relu6, hard_sigmoid, hard_swish, sigmoid, clamp };

struct ActivationFunction {
  ActivationKind kind = ActivationKind::none;
  float low = 0, high = 0;  // of clamp, finite, low < high; 0 for all others
  bool operator==(const ActivationFunction&) const = default;

  static const ActivationFunction none, relu, relu6, hard_sigmoid, hard_swish, sigmoid;
  static constexpr ActivationFunction clamp(float low, float high) {
    return {ActivationKind::clamp, low, high};
  }
};
inline constexpr ActivationFunction ActivationFunction::none{ActivationKind::none};
inline constexpr ActivationFunction ActivationFunction::relu{ActivationKind::relu};
inline constexpr ActivationFunction ActivationFunction::relu6{ActivationKind::relu6};
inline constexpr ActivationFunction ActivationFunction::hard_sigmoid{ActivationKind::hard_sigmoid};
inline constexpr ActivationFunction ActivationFunction::hard_swish{ActivationKind::hard_swish};
inline constexpr ActivationFunction ActivationFunction::sigmoid{ActivationKind::sigmoid};

// What is known of a kind without a kernel: networks/activations.cpp has the table.
struct ActivationRow {
  ActivationKind kind;
  const char* name;   // in JSON and kernels' names: "relu6", a C identifier
  const char* title;  // in messages: "ReLU6"
  double (*value)(double x, const ActivationFunction&);
  bool bounded;  // finite for every x that is not NaN
};
const std::vector<ActivationRow>& activation_rows();  // in the order of ActivationKind
const ActivationRow& row_of(const ActivationFunction&);

inline double value_of(const ActivationFunction& f, double x) { return row_of(f).value(x, f); }
std::string to_string(const ActivationFunction&);  // "ReLU6", "clamp from -1 to 4.5"

// What the classifier's values go through last: nothing (they are logits), a softmax or its logarithm, or a
// sigmoid each.
enum class OutputFunction { linear, softmax, log_softmax, sigmoid };
inline constexpr OutputFunction output_functions[] = {OutputFunction::linear, OutputFunction::softmax,
                                                      OutputFunction::log_softmax, OutputFunction::sigmoid};
// True for values from 0 to 1.
inline bool gives_probabilities(OutputFunction function) {
  return function == OutputFunction::softmax || function == OutputFunction::sigmoid;
}
const char* to_string(OutputFunction);  // "linear", "softmax", "log_softmax", "sigmoid"

}  // namespace mobilith
