#include "quantised/operations.h"

#include <fmt/format.h>

#include <cmath>

namespace mobilith::quantised {

namespace {

using enum file::OperationKind;
using namespace operations;

constexpr OperationRow rows[] = {
    {convolution, check_products, products},
    {fully_connected, check_products, products},
    {add, check_sum, sum},
    {subtract, check_sum, sum},
    {file::OperationKind::multiply, check_multiply, operations::multiply},
    {file::OperationKind::clamp, check_clamp, operations::clamp},
    {file::OperationKind::pool, check_pool, operations::pool},
    {reduce, check_mean, mean},
    {file::OperationKind::softmax, check_softmax, operations::softmax},
    {file::OperationKind::sigmoid, check_sigmoid, operations::sigmoid},
    {file::OperationKind::hard_swish, check_hard_swish, operations::hard_swish},
    {file::OperationKind::hard_sigmoid, check_hard_sigmoid, operations::hard_sigmoid},
    {file::OperationKind::requantise, check_requantise, operations::requantise},
    {reshape, check_move, operations::move},
    {squeeze, check_move, operations::move},
    {unsqueeze, check_move, operations::move},
    {transpose, check_move, operations::move},
    {pad, check_move, operations::move},
    {concatenate, check_move, operations::move},
    {shape, check_move, operations::move},
    {gather, check_move, operations::move},
    {pack, check_move, operations::move},
    {strided_slice, check_move, operations::move},
};

}  // namespace

const OperationRow* find_row(file::OperationKind kind) {
  for (const OperationRow& row : rows)
    if (row.kind == kind) return &row;
  return nullptr;
}

void refuse_tensor(const Step& step, const file::Tensor& tensor, std::string_view what) {
  file::refuse(step.operation, fmt::format("tensor {}: {}", file::quoted(tensor.name), what));
}

void expect_scales(const Step& step, const file::Tensor& tensor, int axis) {
  for (const double scale : tensor.quantisation.scales)
    if (!std::isnormal(float(scale))) refuse_tensor(step, tensor, fmt::format("a scale of {:g}", scale));
  if (step.mode == Requantise::floating && tensor.quantisation.axis != axis)
    refuse_tensor(step, tensor,
                  fmt::format("scales along axis {}; XNNPACK takes axis {}", tensor.quantisation.axis, axis));
}

namespace {

void expect_byte(const Step& step, const file::Tensor& tensor, file::ElementType type) {
  if (tensor.type != type || !is_byte(tensor))
    refuse_tensor(step, tensor,
                  fmt::format("{} with {} scales; expected u8 or i8 with one, as the result's {}",
                              name_of(tensor.type), tensor.quantisation.scales.size(), name_of(type)));
  expect_scales(step, tensor, 0);
}

}  // namespace

void expect_bytes(const Step& step, size_t first, size_t last) {
  expect_byte(step, step.result, step.result.type);
  for (size_t i = first; i <= last; ++i) {
    if (i >= step.tensors.size() || !step.tensors[i])
      file::refuse(step.operation, fmt::format("input {} is missing", i));
    expect_byte(step, *step.tensors[i], step.result.type);
  }
}

void expect_factor(const Step& step, const file::Tensor& tensor, double factor) {
  if (!(factor < 0x1p15))
    refuse_tensor(step, tensor,
                  fmt::format("its scale is {:g} times the result's; expected less than 32768", factor));
}

void expect_same_scale(const Step& step, size_t i) {
  const file::Tensor& from = *step.tensors[i];
  if (scale_of(from) != scale_of(step.result) || zero_of(from) != zero_of(step.result))
    refuse_tensor(step, from,
                  fmt::format("scale {:g}, zero point {}; expected the result's, {:g} and {}", scale_of(from),
                              zero_of(from), scale_of(step.result), zero_of(step.result)));
}

}  // namespace mobilith::quantised
