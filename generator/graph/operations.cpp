#include "graph/operations.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace mobilith::file {

namespace {

template <class T, size_t i = 0>
constexpr size_t index_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<i, Attributes>, T>)
    return i;
  else
    return index_of<T, i + 1>();
}

using enum OperationKind;
using namespace operations;
constexpr size_t nothing = 0;

constexpr OperationRow rows[] = {
    {convolution, 2, 3, index_of<Convolution>(), convolution_outcome, operations::convolution,
     convolution_work},
    {pool, 1, 1, index_of<Pool>(), pool_outcome, operations::pool, pool_work},
    {fully_connected, 2, 3, index_of<FullyConnected>(), fully_connected_outcome, operations::fully_connected,
     product_work},
    {gemm, 2, 3, index_of<Gemm>(), gemm_outcome, operations::gemm, product_work},
    {matmul, 2, 2, nothing, matmul_outcome, operations::matmul, product_work},
    {batch_norm, 5, 5, index_of<BatchNorm>(), batch_norm_outcome, operations::batch_norm},
    {add, 2, 2, index_of<Elementwise>(), elementwise_outcome, operations::add},
    {subtract, 2, 2, index_of<Elementwise>(), elementwise_outcome, operations::subtract},
    {multiply, 2, 2, index_of<Elementwise>(), elementwise_outcome, operations::multiply},
    {divide, 2, 2, index_of<Elementwise>(), elementwise_outcome, operations::divide},
    {minimum, 1, 64, index_of<Elementwise>(), elementwise_outcome, operations::minimum},
    {maximum, 1, 64, index_of<Elementwise>(), elementwise_outcome, operations::maximum},
    {clamp, 1, 3, index_of<Clamp>(), like_first, operations::clamp},
    {hard_swish, 1, 1, nothing, like_first, operations::hard_swish},
    {hard_sigmoid, 1, 1, index_of<HardSigmoid>(), like_first, operations::hard_sigmoid},
    {sigmoid, 1, 1, nothing, like_first, operations::sigmoid},
    {softmax, 1, 1, index_of<Softmax>(), softmax_outcome, operations::softmax},
    {log_softmax, 1, 1, index_of<Softmax>(), softmax_outcome, operations::log_softmax},
    {l2_normalise, 1, 1, index_of<Normalise>(), softmax_outcome, operations::l2_normalise},
    {reduce, 1, 2, index_of<Reduce>(), reduce_outcome, operations::reduce},
    {reshape, 1, 2, index_of<Reshape>(), reshape_outcome, copy},
    {flatten, 1, 1, index_of<Axis>(), flatten_outcome, copy},
    {squeeze, 1, 2, index_of<Axes>(), squeeze_outcome, copy},
    {unsqueeze, 1, 2, index_of<Axes>(), unsqueeze_outcome, copy},
    {transpose, 1, 2, index_of<Transpose>(), transpose_outcome, operations::transpose},
    {pad, 1, 4, index_of<Pad>(), pad_outcome, operations::pad},
    {concatenate, 1, 64, index_of<Axis>(), concatenate_outcome, operations::concatenate},
    {identity, 1, 1, nothing, same_as_first, copy},
    {quantise, 2, 3, index_of<Quantise>(), quantise_outcome, operations::quantise},
    {dequantise, 2, 3, index_of<Quantise>(), dequantise_outcome, operations::dequantise},
    {requantise, 1, 1, nothing, requantise_outcome, copy},
    {cast, 1, 1, index_of<Cast>(), cast_outcome, operations::cast},
    {OperationKind::shape, 1, 1, index_of<ShapeOf>(), shape_outcome, operations::shape, nullptr, true},
    {gather, 2, 2, index_of<Axis>(), gather_outcome, operations::gather},
    {slice, 3, 5, nothing, slice_outcome, operations::slice},
    {strided_slice, 4, 4, index_of<StridedSlice>(), strided_slice_outcome, operations::strided_slice},
    {pack, 1, 64, index_of<Axis>(), pack_outcome, operations::pack},
    {reciprocal_root, 1, 1, nothing, like_first, operations::reciprocal_root},
};
static_assert([] {
  for (size_t i = 0; i < std::size(rows); ++i)
    if (size_t(rows[i].kind) != i) return false;
  return std::size(rows) == size_t(reciprocal_root) + 1;
}());

}  // namespace

const OperationRow& row_of(OperationKind kind) { return rows[size_t(kind)]; }

std::vector<int64_t> Call::whole_numbers(size_t i) const {
  if (!has(i) || !in(i).known)
    refuse(operation, fmt::format("input {} is computed from the image; expected a constant", i));
  if (!is_whole(in(i).type)) refuse(operation, fmt::format("input {}: expected whole numbers", i));
  std::vector<int64_t> whole;
  for (const double x : in(i).numbers) {
    if (!(std::abs(x) <= 9e15)) refuse(operation, fmt::format("input {}: {} is too large", i, x));
    whole.push_back(int64_t(x));
  }
  return whole;
}

double Call::scalar(size_t i) const {
  if (!has(i) || !in(i).known || in(i).numbers.size() != 1)
    refuse(operation, fmt::format("input {}: expected one constant number", i));
  return in(i).numbers[0];
}

void expect_real(const Call& call) {
  for (size_t i = 0; i < call.inputs.size(); ++i)
    if (call.has(i) && is_whole(call.in(i).type))
      refuse(call.operation,
             fmt::format("input {} is {} without a scale; expected floats, or whole numbers with a scale", i,
                         name_of(call.in(i).type)));
}

}  // namespace mobilith::file
