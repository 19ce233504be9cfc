// Products with matrices.
#include <fmt/format.h>

#include "graph/operations.h"

namespace mobilith::file {

namespace {

// sums[row, o] = sum over i of a[row * a_row + i * a_step] * b[i * b_step + o * b_output].
void multiply_matrices(const double* a, int64_t a_row, int64_t a_step, const double* b, int64_t b_step,
                       int64_t b_output, int64_t rows, int64_t inner, int64_t outputs, double* sums) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t o = 0; o < outputs; ++o) {
      double sum = 0;
      for (int64_t i = 0; i < inner; ++i) sum += a[row * a_row + i * a_step] * b[i * b_step + o * b_output];
      sums[row * outputs + o] = sum;
    }
}

[[noreturn]] void refuse_shapes(const Call& call) {
  refuse(call.operation,
         fmt::format("a product of {} and {}", text_of(call.in(0).shape), text_of(call.in(1).shape)));
}

struct GemmExtents {
  int64_t rows, inner, outputs;
};

GemmExtents gemm_extents(const Call& call) {
  const auto& settings = call.settings<Gemm>();
  const Extents &a = call.in(0).shape, &b = call.in(1).shape;
  if (a.size() != 2 || b.size() != 2 || a[!settings.transpose_a] != b[settings.transpose_b])
    refuse_shapes(call);
  return {a[settings.transpose_a], a[!settings.transpose_a], b[!settings.transpose_b]};
}

}  // namespace

Outcome operations::fully_connected_outcome(const Call& call) {
  expect_real(call);
  const auto& settings = call.settings<FullyConnected>();
  const Extents &x = call.in(0).shape, &w = call.in(1).shape;
  if (w.size() != 2 || w[1] < 1 || x.empty()) refuse_shapes(call);
  if (call.has(2) && elements(call.in(2).shape, "bias") != w[0])
    refuse(call.operation, fmt::format("a bias of {} for {} outputs", text_of(call.in(2).shape), w[0]));
  if (settings.keep_axes) {
    if (x.back() != w[1]) refuse_shapes(call);
    Extents shape = x;
    shape.back() = w[0];
    return {shape, ElementType::f32};
  }
  const int64_t all = elements(x, "input");
  if (all % w[1]) refuse_shapes(call);
  return {{all / w[1], w[0]}, ElementType::f32};
}

void operations::fully_connected(const Call& call, Value& output) {
  const auto& settings = call.settings<FullyConnected>();
  const int64_t outputs = call.in(1).shape[0], inputs = call.in(1).shape[1];
  const int64_t rows = int64_t(call.in(0).numbers.size()) / inputs;
  multiply_matrices(call.in(0).numbers.data(), inputs, 1, call.in(1).numbers.data(), 1, inputs, rows, inputs,
                    outputs, output.numbers.data());
  for (size_t i = 0; i < output.numbers.size(); ++i)
    output.numbers[i] =
        clamped(output.numbers[i] + (call.has(2) ? call.in(2).numbers[i % outputs] : 0), settings.fused);
}

double operations::product_work(const Call& call, const Extents& output) {
  if (call.operation.kind == OperationKind::fully_connected)
    return double(elements(output, "work")) * call.in(1).shape[1];
  const bool transposed = call.operation.kind == OperationKind::gemm && call.settings<Gemm>().transpose_a;
  const Extents& a = call.in(0).shape;
  return double(elements(output, "work")) * (transposed ? a[0] : a.back());
}

Outcome operations::gemm_outcome(const Call& call) {
  expect_real(call);
  const auto [rows, inner, outputs] = gemm_extents(call);
  const Extents shape{rows, outputs};
  if (call.has(2)) {
    const Extents& c = call.in(2).shape;
    bool fits = c.size() <= 2;
    for (size_t i = 0; fits && i < c.size(); ++i) fits = c[i] == 1 || c[i] == shape[2 - c.size() + i];
    if (!fits) refuse(call.operation, fmt::format("adding {} to {}", text_of(c), text_of(shape)));
  }
  return {shape, ElementType::f32};
}

void operations::gemm(const Call& call, Value& output) {
  const auto& s = call.settings<Gemm>();
  const auto [rows, inner, outputs] = gemm_extents(call);
  multiply_matrices(call.in(0).numbers.data(), s.transpose_a ? 1 : inner, s.transpose_a ? rows : 1,
                    call.in(1).numbers.data(), s.transpose_b ? 1 : outputs, s.transpose_b ? inner : 1, rows,
                    inner, outputs, output.numbers.data());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t o = 0; o < outputs; ++o) {
      double& value = output.numbers[row * outputs + o];
      value *= s.alpha;
      if (!call.has(2)) continue;
      const Extents& c = call.in(2).shape;
      const int64_t columns = c.empty() ? 1 : c.back(), column = columns == 1 ? 0 : o;
      value += s.beta * call.in(2).numbers[(c.size() == 2 && c[0] > 1 ? row * columns : 0) + column];
    }
}

Outcome operations::matmul_outcome(const Call& call) {
  expect_real(call);
  const Extents &a = call.in(0).shape, &b = call.in(1).shape;
  if (a.empty() || b.size() != 2 || a.back() != b[0]) refuse_shapes(call);
  Extents shape = a;
  shape.back() = b[1];
  return {shape, ElementType::f32};
}

void operations::matmul(const Call& call, Value& output) {
  const int64_t inner = call.in(1).shape[0], outputs = call.in(1).shape[1];
  const int64_t rows = outputs ? int64_t(output.numbers.size()) / outputs : 0;
  multiply_matrices(call.in(0).numbers.data(), inner, 1, call.in(1).numbers.data(), outputs, 1, rows, inner,
                    outputs, output.numbers.data());
}

}  // namespace mobilith::file
