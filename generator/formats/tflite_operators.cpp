#include "formats/tflite_operators.h"

#include <fmt/format.h>

#include <algorithm>

namespace mobilith::file {

namespace {

using tflite::Builtin;

// A new operator is a row and a function.
struct Row {
  Builtin code;
  int options;  // their number in the format's union; 0: it has none
  OperationKind kind;
  void (*read)(OperatorReading&);
};
using Kind = OperationKind;
constexpr Row rows[] = {
    {Builtin::CONV_2D, 1, Kind::convolution, operators::conv_2d},
    {Builtin::DEPTHWISE_CONV_2D, 2, Kind::convolution, operators::depthwise_conv_2d},
    {Builtin::AVERAGE_POOL_2D, 5, Kind::pool, operators::average_pool_2d},
    {Builtin::MAX_POOL_2D, 5, Kind::pool, operators::max_pool_2d},
    {Builtin::FULLY_CONNECTED, 8, Kind::fully_connected, operators::fully_connected},
    {Builtin::SOFTMAX, 9, Kind::softmax, operators::softmax},
    {Builtin::LOG_SOFTMAX, 36, Kind::log_softmax, operators::log_softmax},
    {Builtin::CONCATENATION, 10, Kind::concatenate, operators::concatenation},
    {Builtin::ADD, 11, Kind::add, operators::sum},
    {Builtin::SUB, 28, Kind::subtract, operators::sum},
    {Builtin::MUL, 21, Kind::multiply, operators::product},
    {Builtin::DIV, 29, Kind::divide, operators::product},
    {Builtin::MINIMUM, 39, Kind::minimum, operators::elementwise},
    {Builtin::MAXIMUM, 39, Kind::maximum, operators::elementwise},
    {Builtin::RELU, 0, Kind::clamp, operators::relu},
    {Builtin::RELU6, 0, Kind::clamp, operators::relu6},
    {Builtin::RELU_N1_TO_1, 0, Kind::clamp, operators::relu_n1_to_1},
    {Builtin::RELU_0_TO_1, 0, Kind::clamp, operators::relu_0_to_1},
    {Builtin::HARD_SWISH, 91, Kind::hard_swish, operators::no_settings},
    {Builtin::LOGISTIC, 0, Kind::sigmoid, operators::no_settings},
    {Builtin::L2_NORMALIZATION, 12, Kind::l2_normalise, operators::l2_normalization},
    {Builtin::MEAN, 27, Kind::reduce, operators::mean},
    {Builtin::REDUCE_MAX, 27, Kind::reduce, operators::reduce_max},
    {Builtin::RESHAPE, 17, Kind::reshape, operators::reshape},
    {Builtin::SQUEEZE, 30, Kind::squeeze, operators::squeeze},
    {Builtin::EXPAND_DIMS, 52, Kind::unsqueeze, operators::expand_dims},
    {Builtin::TRANSPOSE, 26, Kind::transpose, operators::transpose},
    {Builtin::PAD, 22, Kind::pad, operators::pad},
    {Builtin::PADV2, 43, Kind::pad, operators::pad},
    {Builtin::DEQUANTIZE, 38, Kind::requantise, operators::no_settings},
    {Builtin::QUANTIZE, 89, Kind::requantise, operators::no_settings},
    {Builtin::CAST, 37, Kind::cast, operators::cast},
    {Builtin::SHAPE, 55, Kind::shape, operators::shape},
    {Builtin::GATHER, 23, Kind::gather, operators::gather},
    {Builtin::PACK, 59, Kind::pack, operators::pack},
    {Builtin::STRIDED_SLICE, 32, Kind::strided_slice, operators::strided_slice},
};

// Codes above 127 did not fit into the old field, which holds 127 for them.
Builtin builtin_of(const tflite::OperatorCode& code) {
  return Builtin(std::max(int(code.deprecated_builtin_code()), int(code.builtin_code())));
}

}  // namespace

std::string name_of(const tflite::OperatorCode& code) {
  const Builtin builtin = builtin_of(code);
  if (code.custom_code() && code.custom_code()->size())
    return "custom operator " + quoted(code.custom_code()->string_view());
  const char* name = tflite::EnumNameBuiltin(builtin);
  return *name ? name : fmt::format("operator {}", int(builtin));
}

void read_operator(const tflite::Operator& from, const tflite::OperatorCode& code,
                   flatbuffers::Verifier& verifier, Graph& graph, Operation& to) {
  if (code.custom_code() && code.custom_code()->size()) refuse(to, "no MobileNet has this operation");
  for (const Row& row : rows) {
    if (row.code != builtin_of(code)) continue;
    if (from.builtin_options_type() != 0 && from.builtin_options_type() != row.options)
      refuse(to, fmt::format("options of another operator ({})", from.builtin_options_type()));
    if (from.builtin_options_type() == 0 && from.builtin_options()) refuse(to, "options of no type");
    to.kind = row.kind;
    OperatorReading reading{from, verifier, graph, to};
    row.read(reading);
    return;
  }
  refuse(to, "no MobileNet has this operation");
}

}  // namespace mobilith::file
