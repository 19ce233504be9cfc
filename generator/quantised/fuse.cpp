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
    refuse_floats(*waits->second.operation,
                  "its result is read by more than one QuantizeLinear, or by another operation");
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
  if (!ends_alone(operation.outputs[0]))
    refuse_floats(operation, readers_[size_t(operation.outputs[0])] == 0
                                 ? "nobody reads its result"
                                 : "its result is read by more than one QuantizeLinear");
  waiting_[operation.outputs[0]] = {&operation};
}

void Fusing::wait_for_clip(const file::Operation& operation) {
  wait(operation);
  const auto before = waiting_.find(operation.inputs[0]);
  if (before == waiting_.end()) return;
  if (before->second.clip) refuse_floats(operation, "it is the second clip of one result");
  waiting_[operation.outputs[0]] = {before->second.operation, &operation};
  waiting_.erase(operation.inputs[0]);
}

void Fusing::quantise(const file::Operation& operation) {
  const int old = operation.inputs[0];
  Target target{from_.tensors[size_t(operation.outputs[0])]};
  if (!is_byte_type(target.tensor.type))
    file::refuse(operation, fmt::format("numbers of {}; expected u8 or i8", name_of(target.tensor.type)));
  target.tensor.quantisation =
      linear_parameters(from_, operation, target.tensor.type, *target.tensor.shape);
  if (target.tensor.quantisation.scales.size() != 1)
    file::refuse(operation, "a scale for each channel of what is computed");
  const auto waits = waiting_.find(old);
  if (waits == waiting_.end()) {
    if (from_.tensors[size_t(old)].constant)
      file::refuse(operation, "it quantises a constant; expected one that is stored quantised");
    at_[operation.outputs[0]] = requantised(*this, operation, at(operation, old), target);
    return;
  }
  const auto [waiting, clip] = waits->second;
  if (clip) expect_redundant(*this, *clip, target);
  waiting_.erase(waits);
  const auto done = [&](Orders made) { at_[operation.outputs[0]] = made; };
  switch (waiting->kind) {
    case OperationKind::convolution:
      return done(fuse_convolution(*this, *waiting, target));
    case OperationKind::gemm:
    case OperationKind::matmul:
      return done(fuse_gemm(*this, *waiting, target));
    case OperationKind::add:
    case OperationKind::multiply:
      return done(fuse_sum(*this, *waiting, target));
    case OperationKind::clamp:
    case OperationKind::hard_swish:
    case OperationKind::hard_sigmoid:
    case OperationKind::sigmoid:
      return done(fuse_function(*this, *waiting, target));
    case OperationKind::reduce:
      return done(fuse_mean(*this, *waiting, target));
    case OperationKind::softmax:
      return done(fuse_softmax(*this, *waiting, target));
    case OperationKind::concatenate:
      return done(fuse_concatenation(*this, *waiting, target));
    default:
      refuse_floats(*waiting, "it has no operation of whole numbers for it");
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
  Orders& found = at(asked, old);
  if (is_byte_type(of.type) || tensor(found).type == ElementType::f32) return orders_.first(asked, found);
  Orders floats = requantised(*this, asked, bytes(asked, old), {of});
  return orders_.first(asked, floats);
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
