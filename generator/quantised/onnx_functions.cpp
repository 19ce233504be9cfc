// Functions of one byte in ONNX files: what it means goes through ONNX Runtime's function of floats. A kernel
// has them as a table.
#include <algorithm>
#include <cmath>

#include "quantised/floating.h"
#include "quantised/operations.h"

namespace mobilith::quantised {

using file::OperationKind;

namespace {

// (HardSigmoid in ONNX Runtime's element_wise_ops or activations.h, built without FMA)
float hard_sigmoid_of(float x, float alpha, float beta) {
  return std::max(std::min(alpha * x + beta, 1.0f), 0.0f);
}

// A quotient of polynomials. (MlasComputeLogisticF32KernelFma3 in ONNX Runtime's LogisticKernelFma3.S)
float sigmoid_of(float x) {
  constexpr float above[] = {4.37031012579801e-11f, 1.15627324459942e-07f, 6.08574864600143e-05f,
                             8.51377133304701e-03f, 2.48287947061529e-01f};
  constexpr float below[] = {6.10247389755681e-13f, 5.76102136993427e-09f, 6.29106785017040e-06f,
                             1.70198817374094e-03f, 1.16817656904453e-01f, 9.93151921023180e-01f};
  const float kept = std::clamp(x, -18.0f, 18.0f), square = kept * kept;
  float p = above[0], q = below[0];
  for (size_t i = 1; i < std::size(above); ++i) p = std::fma(p, square, above[i]);
  for (size_t i = 1; i < std::size(below); ++i) q = std::fma(q, square, below[i]);
  return std::clamp(p * kept / q + 0.5f, 0.0f, 1.0f);
}

float function_of(const Step& step, float x) {
  switch (step.operation.kind) {
    case OperationKind::clamp: {
      const auto& bounds = step.settings<file::Clamp>();
      return std::min(std::max(x, float(bounds.low)), float(bounds.high));
    }
    case OperationKind::hard_swish:
      return x * hard_sigmoid_of(x, 1.0f / 6, 0.5f);
    case OperationKind::hard_sigmoid: {
      const auto& [alpha, beta] = step.settings<file::HardSigmoid>();
      return hard_sigmoid_of(x, float(alpha), float(beta));
    }
    default:
      return sigmoid_of(x);
  }
}

}  // namespace

void function_of_floats(const Step& step, file::Value& output) {
  const file::Tensor& from = *step.tensors[0];
  for (size_t i = 0; i < output.numbers.size(); ++i)
    output.numbers[i] = quantised_linearly(
        step.result, function_of(step, meaning_of(from, int32_t(step.values[0]->numbers[i]))));
}

void operations::check_hard_sigmoid(const Step& step) {
  if (step.mode != Requantise::onnx)
    file::refuse(step.operation, "no computation of whole numbers is known for it");
  expect_bytes(step, 0, 0);
}

void operations::hard_sigmoid(const Step& step, file::Value& output) { function_of_floats(step, output); }

}  // namespace mobilith::quantised
