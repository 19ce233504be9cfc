#include <fmt/format.h>

#include <cmath>

#include "networks/functions.h"

namespace mobilith {

namespace {

using F = const ActivationFunction&;

// A comparison with NaN is false: NaN stays.
double between(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

double none(double x, F) { return x; }
double relu(double x, F) { return x < 0 ? 0 : x; }
double relu6(double x, F) { return between(x, 0, 6); }
double hard_sigmoid(double x, F) { return between(x + 3, 0, 6) / 6; }
double hard_swish(double x, F f) { return x * hard_sigmoid(x, f); }
double sigmoid(double x, F) { return 1 / (1 + std::exp(-x)); }
double clamp(double x, F f) { return between(x, double{f.low}, double{f.high}); }

}  // namespace

const std::vector<ActivationRow>& activation_rows() {
  static const std::vector<ActivationRow> rows{
      {ActivationKind::none, "none", "none", none, false},
      {ActivationKind::relu, "relu", "ReLU", relu, false},
      {ActivationKind::relu6, "relu6", "ReLU6", relu6, true},
      {ActivationKind::hard_sigmoid, "hard_sigmoid", "hard-sigmoid", hard_sigmoid, true},
      {ActivationKind::hard_swish, "hard_swish", "hard-swish", hard_swish, false},
      {ActivationKind::sigmoid, "sigmoid", "sigmoid", sigmoid, true},
      {ActivationKind::clamp, "clamp", "clamp", clamp, true},
  };
  return rows;
}

const ActivationRow& row_of(const ActivationFunction& function) {
  return activation_rows().at(static_cast<size_t>(function.kind));
}

std::string to_string(const ActivationFunction& function) {
  const ActivationRow& row = row_of(function);
  if (function.kind != ActivationKind::clamp) return row.title;
  return fmt::format("{} from {} to {}", row.title, function.low, function.high);
}

}  // namespace mobilith
