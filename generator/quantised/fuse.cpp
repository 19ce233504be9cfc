// Operations in the file's order: those of floats wait for what their result is quantised to.
#include "quantised/fuse.h"

#include <fmt/format.h>

#include <algorithm>

#include "graph/infer.h"
#include "quantised/fusing.h"
#include "quantised/linear_parameters.h"

namespace mobilith::quantised {

using file::ElementType;
using file::OperationKind;
using file::Tensor;

namespace {

bool is_byte_type(ElementType type) { return type == ElementType::u8 || type == ElementType::i8; }

// Shapes and axes, which infer() knows already.
bool computes_shapes(const Tensor& result) {
  return result.type == ElementType::i64 || result.type == ElementType::i32 ||
         result.type == ElementType::boolean;
}

// Of single numbers: whoever reads it can quantise it by itself.
bool is_function(const file::Operation& operation) {
  return operation.kind == OperationKind::clamp || operation.kind == OperationKind::hard_swish ||
         operation.kind == OperationKind::hard_sigmoid || operation.kind == OperationKind::sigmoid;
}

}  // namespace

void refuse_floats(const file::Operation& operation, std::string_view why) {
  file::refuse(operation, fmt::format("ONNX Runtime computes it in floats: {}", why));
}

Fusing::Fusing(const file::Graph& graph) : from_(graph), readers_(graph.tensors.size(), 0) {
  for (const file::Operation& operation : graph.operations)
    for (const int i : operation.inputs)
      if (i >= 0) ++readers_[size_t(i)];
  for (const int i : graph.outputs) ++readers_[size_t(i)];
}

file::Graph Fusing::run() {
  orders_.to.format = from_.format;
  for (const int old : from_.inputs) input(old);
  for (const file::Operation& operation : from_.operations) take(operation);
  for (const int old : from_.outputs) orders_.to.outputs.push_back(output(old));
  return std::move(orders_.to);
}

void Fusing::input(int old) {
  const int made = orders_.add(from_.tensors[size_t(old)]);
  orders_.to.inputs.push_back(made);
  at_[old] = {made, -1};
}

Orders Fusing::constant(int old) { return {orders_.add(from_.tensors[size_t(old)]), -1}; }

Orders& Fusing::at(const file::Operation& operation, int old) {
  const auto found = at_.find(old);
  if (found != at_.end()) return found->second;
  if (old < 0) file::refuse(operation, "an input is missing");
  if (const auto waits = waiting_.find(old); waits != waiting_.end())
    refuse_floats(operation, fmt::format("it reads {}, which no QuantizeLinear brings to bytes",
                                         file::place_of(*waits->second.operation)));
  if (from_.tensors[size_t(old)].constant) return at_[old] = constant(old);
  file::refuse(operation, fmt::format("tensor {} is not computed before it",
                                      file::quoted(from_.tensors[size_t(old)].name)));
}

Orders& Fusing::bytes(const file::Operation& operation, int old) {
  Orders& found = at(operation, old);
  const Tensor& of = tensor(found);
  if (!is_byte_type(of.type) || of.quantisation.scales.empty())
    refuse_floats(operation, fmt::format("its input {} is behind no DequantizeLinear",
                                         file::quoted(from_.tensors[size_t(old)].name)));
  return found;
}

void Fusing::take(const file::Operation& operation) {
  const Tensor& result = from_.tensors[size_t(operation.outputs[0])];
  if (computes_shapes(result)) return;
  switch (operation.kind) {
    case OperationKind::quantise:
      return quantise(operation);
    case OperationKind::dequantise:
      return dequantise(operation);
    case OperationKind::identity:
      at_[operation.outputs[0]] = Orders(at(operation, operation.inputs[0]));
      return;
    case OperationKind::reshape:
    case OperationKind::flatten:
    case OperationKind::squeeze:
    case OperationKind::unsqueeze:
      return move(operation);
    case OperationKind::transpose:
      return transpose(operation);
    case OperationKind::pad:
      return pad(operation);
    case OperationKind::pool:
      return pool(operation);
    case OperationKind::clamp:
      return wait_for_clip(operation);
    default:
      return wait(operation);
  }
}

void Fusing::wait(const file::Operation& operation) {
  if (!is_function(operation) && !ends_alone(operation.outputs[0]))
    refuse_floats(operation, readers_[size_t(operation.outputs[0])] == 0
                                 ? "nobody reads its result"
                                 : "its result is read by more than one QuantizeLinear");
  waiting_[operation.outputs[0]] = {&operation};
}

void Fusing::wait_for_clip(const file::Operation& operation) {
  wait(operation);
  const auto before = waiting_.find(operation.inputs[0]);
  if (before == waiting_.end()) return;
  if (before->second.clip || is_function(*before->second.operation))
    refuse_floats(operation, "it is the second function of one result");
  waiting_[operation.outputs[0]] = {before->second.operation, &operation};
}

// Numbers that a function makes one by one may be moved afterwards.
bool Fusing::moves_waiting(const file::Operation& operation) {
  const auto before = waiting_.find(operation.inputs[0]);
  if (at_.count(operation.inputs[0]) || before == waiting_.end() || !is_function(*before->second.operation))
    return false;
  if (before->second.moves.size() >= 8)
    refuse_floats(operation, "more than eight moves of a function's result");
  Waiting moved = before->second;
  moved.moves.push_back(&operation);
  waiting_[operation.outputs[0]] = std::move(moved);
  return true;
}

void Fusing::quantise(const file::Operation& operation) {
  const int old = operation.inputs[0], result = operation.outputs[0];
  Target target{from_.tensors[size_t(result)]};
  if (!is_byte_type(target.tensor.type))
    file::refuse(operation, fmt::format("numbers of {}; expected u8 or i8", name_of(target.tensor.type)));
  target.tensor.quantisation = linear_parameters(from_, operation, target.tensor.type, *target.tensor.shape);
  if (from_.tensors[size_t(old)].constant) {
    at_[result] = {orders_.add(quantised_constant(from_.tensors[size_t(old)], target.tensor)), -1};
    return;
  }
  if (target.tensor.quantisation.scales.size() != 1)
    file::refuse(operation, "a scale for each channel of what is computed");
  if (const auto waits = waiting_.find(old); waits != waiting_.end()) {
    at_[result] = fuse(Waiting(waits->second), std::move(target));
    return;
  }
  at_[result] = requantised(*this, operation, at(operation, old), target);
}

Orders Fusing::fuse(const Waiting& waiting, Target target) {
  const file::Operation& operation = *waiting.operation;
  if (waiting.clip) expect_redundant(*this, *waiting.clip, target);
  if (!waiting.moves.empty()) {
    target.tensor.shape = from_.tensors[size_t(operation.outputs[0])].shape;
    at_[operation.outputs[0]] = fuse({&operation}, std::move(target));
    for (const file::Operation* move : waiting.moves) take(*move);
    const Orders moved = at_.at(waiting.moves.back()->outputs[0]);
    at_.erase(operation.outputs[0]);  // another reader may want other bytes of it
    for (const file::Operation* move : waiting.moves) at_.erase(move->outputs[0]);
    return moved;
  }
  switch (operation.kind) {
    case OperationKind::convolution:
      return fuse_convolution(*this, operation, target);
    case OperationKind::gemm:
    case OperationKind::matmul:
      return fuse_gemm(*this, operation, target);
    case OperationKind::add:
    case OperationKind::multiply:
      return fuse_sum(*this, operation, target);
    case OperationKind::clamp:
    case OperationKind::hard_swish:
    case OperationKind::hard_sigmoid:
    case OperationKind::sigmoid:
      return fuse_function(*this, operation, target);
    case OperationKind::reduce:
      return fuse_mean(*this, operation, target);
    case OperationKind::softmax:
      return fuse_softmax(*this, operation, target);
    case OperationKind::concatenate:
      return fuse_concatenation(*this, operation, target);
    default:
      // Of AveragePool it has one, which is not written down here.
      if (operation.kind == OperationKind::pool)
        file::refuse(operation, "no computation of whole numbers is known for it");
      refuse_floats(operation, "it has no operation of whole numbers for it");
  }
}

// A tensor means one thing. What is stored says it in its operation, so that the tensor gets it here.
void Fusing::dequantise(const file::Operation& operation) {
  const int old = operation.inputs[0];
  Orders& of = at(operation, old);
  const Tensor& stored = from_.tensors[size_t(old)];
  const file::Quantisation meaning = linear_parameters(from_, operation, stored.type, *stored.shape);
  for (const int made : {of.first, of.last}) {
    if (made < 0) continue;
    file::Quantisation& has = orders_.to.tensors[size_t(made)].quantisation;
    if (has.scales.empty()) has = meaning;
    if (!same_meaning(has, meaning))
      file::refuse(operation, fmt::format("tensor {} means something else in another operation",
                                          file::quoted(stored.name)));
  }
  at_[operation.outputs[0]] = Orders(of);
}

int Fusing::output(int old) {
  const Tensor& of = from_.tensors[size_t(old)];
  const file::Operation asked{OperationKind::identity, "output", of.name, {}, {}};
  Orders found = at(asked, old);
  if (!is_byte_type(of.type) && tensor(found).type != ElementType::f32)
    found = requantised(*this, asked, bytes(asked, old), {of});
  const int made = orders_.first(asked, found);
  const auto& inputs = orders_.to.inputs;
  // What passes its numbers on has left them the name of an earlier one.
  if (std::find(inputs.begin(), inputs.end(), made) == inputs.end())
    orders_.to.tensors[size_t(made)].name = of.name;
  return made;
}

bool quantises(const file::Graph& graph) {
  return std::any_of(graph.operations.begin(), graph.operations.end(),
                     [](const auto& operation) { return operation.kind == OperationKind::quantise; });
}

file::Graph fused(const file::Graph& graph) {
  file::Graph result = Fusing(graph).run();
  file::infer(result);
  return result;
}

}  // namespace mobilith::quantised
