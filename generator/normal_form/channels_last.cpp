// Images as (n, y, x, c), kernels as (y, x, input, output).
#include <algorithm>

#include "graph/operations.h"
#include "normal_form/affine.h"
#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;
const std::vector<int64_t> to_last{0, 2, 3, 1}, to_first{0, 3, 1, 2};
constexpr int64_t axis_in_last[] = {0, 3, 1, 2};  // where an axis of (n, c, y, x) is in (n, y, x, c)

// The numbers of a tensor with its four axes in another order.
std::vector<double> permuted(const std::vector<double>& from, const Extents& shape,
                             const std::vector<int64_t>& order) {
  int64_t steps[4];
  for (int64_t i = 3, step = 1; i >= 0; step *= shape[i--]) steps[i] = step;
  std::vector<double> to;
  to.reserve(from.size());
  for (int64_t a = 0; a < shape[order[0]]; ++a)
    for (int64_t b = 0; b < shape[order[1]]; ++b)
      for (int64_t c = 0; c < shape[order[2]]; ++c)
        for (int64_t d = 0; d < shape[order[3]]; ++d)
          to.push_back(
              from[a * steps[order[0]] + b * steps[order[1]] + c * steps[order[2]] + d * steps[order[3]]]);
  return to;
}

Extents permuted(const Extents& shape, const std::vector<int64_t>& order) {
  Extents result;
  for (const int64_t axis : order) result.push_back(shape[axis]);
  return result;
}

// A graph whose images with channels first have twins with channels last. A tensor is made in the order in
// which its operation makes it; the other order is made when it is asked for.
class Turning {
 public:
  explicit Turning(const Graph& graph)
      : rewrite_(graph),
        last_(graph.tensors.size(), -1),
        plain_(graph.tensors.size()),
        wanted_(graph.tensors.size()) {}

  Graph run() {
    look_ahead();
    for (const Operation& operation : rewrite_.from.operations) turn(operation);
    for (const int output : rewrite_.from.outputs) plain(output);
    return rewrite_.finish();
  }

 private:
  const Extents& shape(int old) const { return rewrite_.shape(old); }

  // Which images are read with channels first, in the end: what is done to them before that is turned, too.
  void look_ahead() {
    const auto& operations = rewrite_.from.operations;
    for (auto operation = operations.rbegin(); operation != operations.rend(); ++operation) {
      const auto* convolution = std::get_if<Convolution>(&operation->attributes);
      const auto* pool = std::get_if<Pool>(&operation->attributes);
      const bool first = (convolution && convolution->window.order == ImageOrder::channels_first) ||
                         (pool && pool->window.order == ImageOrder::channels_first);
      const bool passes_on = wanted_[operation->outputs[0]] && is_elementwise(operation->kind);
      for (const int input : operation->inputs)
        if (input >= 0 && (passes_on || (first && input == operation->inputs[0])) && shape(input).size() == 4)
          wanted_[input] = true;
    }
  }

  static bool is_elementwise(Kind kind) {
    return (kind >= Kind::add && kind <= Kind::sigmoid) || kind == Kind::identity || kind == Kind::cast ||
           kind == Kind::pad || kind == Kind::concatenate;
  }

  bool has_last(int old) const { return last_[old] >= 0; }

  // The old tensor, as in the file.
  int plain(int old) {
    if (old < 0) return -1;
    if (has_last(old) && !plain_[old]) {
      rewrite_.stands(
          old, rewrite_.emit(*rewrite_.maker(old), Kind::transpose, Transpose{to_first}, {last_[old]}, old));
      plain_[old] = true;
    }
    return rewrite_.at(old);
  }

  // The old tensor of four axes (n, c, y, x) as (n, y, x, c).
  int last(int old, const Operation& asking) {
    if (!has_last(old)) {
      if (rewrite_.is_constant(old))
        return rewrite_.constant(rewrite_.from.tensors[old].name, permuted(shape(old), to_last),
                                 permuted(rewrite_.numbers(old), shape(old), to_last));
      last_[old] = rewrite_.emit(asking, Kind::transpose, Transpose{to_last}, {rewrite_.at(old)}, old);
      plain_[old] = true;
    }
    return last_[old];
  }

  // The same with fewer axes, which broadcasting would add in front.
  int broadcast_last(int old, const Operation& asking) {
    if (shape(old).size() == 4) return last(old, asking);
    Extents four = shape(old);
    four.insert(four.begin(), 4 - four.size(), 1);
    if (rewrite_.is_constant(old))
      return rewrite_.constant(rewrite_.from.tensors[old].name, permuted(four, to_last),
                               permuted(rewrite_.numbers(old), four, to_last));
    const int widened = rewrite_.emit(asking, Kind::reshape, Reshape{.shape = four}, {plain(old)}, old);
    return rewrite_.emit(asking, Kind::transpose, Transpose{to_last}, {widened}, old);
  }

  void make_last(const Operation& operation, Attributes attributes, std::vector<int> inputs) {
    const int old = operation.outputs[0];
    last_[old] = rewrite_.emit(operation, operation.kind, std::move(attributes), std::move(inputs), old);
  }

  void keep(const Operation& operation) {
    for (const int input : operation.inputs) plain(input);
    rewrite_.keep(operation);
  }

  // A kernel in any order as hwio.
  int kernel(int old, KernelOrder order) {
    static const std::vector<int64_t> orders[] = {{1, 2, 3, 0}, {2, 3, 1, 0}, {0, 1, 2, 3}, {1, 2, 0, 3}};
    if (order == KernelOrder::hwcm) {
      const Extents& s = shape(old);
      return rewrite_.constant(rewrite_.from.tensors[old].name, {s[0], s[1], 1, s[2] * s[3]},
                               rewrite_.numbers(old));
    }
    const auto& axes = orders[int(order)];
    return rewrite_.constant(rewrite_.from.tensors[old].name, permuted(shape(old), axes),
                             permuted(rewrite_.numbers(old), shape(old), axes));
  }

  void convolution(const Operation& operation) {
    auto settings = std::get<Convolution>(operation.attributes);
    const auto& in = operation.inputs;
    if (!rewrite_.is_constant(in[1])) return keep(operation);
    const bool first = settings.window.order == ImageOrder::channels_first;
    const int image = first ? last(in[0], operation) : plain(in[0]);
    const int weights = kernel(in[1], settings.kernel);
    const Extents& weights_shape = *rewrite_.made().tensors[weights].shape;
    const int bias = in.size() > 2 && in[2] >= 0
                         ? plain(in[2])
                         : rewrite_.constant("", {weights_shape[3]}, std::vector<double>(weights_shape[3]));
    settings.window.order = ImageOrder::channels_last;
    settings.kernel = KernelOrder::hwio;
    if (first) return make_last(operation, settings, {image, weights, bias});
    rewrite_.stands(operation.outputs[0], rewrite_.emit(operation, Kind::convolution, settings,
                                                        {image, weights, bias}, operation.outputs[0]));
  }

  // Of the last axis, in which fold_factors() takes it; of others as a product and a sum of each channel.
  void batch_norm(const Operation& operation) {
    const auto& in = operation.inputs;
    const auto settings = std::get<BatchNorm>(operation.attributes);
    for (size_t i = 1; i < 5; ++i)
      if (!rewrite_.is_constant(in[i])) return keep(operation);
    const int old = operation.outputs[0];
    const int64_t rank = int64_t(shape(old).size()), behind = rank - 1 - settings.axis;
    if (behind == 0) return keep(operation);
    if (rank == 4 && behind == 2) {
      std::vector<int> inputs{last(in[0], operation)};
      for (size_t i = 1; i < 5; ++i) inputs.push_back(plain(in[i]));
      return make_last(operation, BatchNorm{settings.epsilon, 3}, inputs);
    }
    Extents extents{shape(in[1])[0]};
    extents.insert(extents.end(), size_t(behind), 1);
    const Affine affine = affine_of(rewrite_, operation);
    const int scaled = rewrite_.emit(
        operation, Kind::multiply, Elementwise{},
        {plain(in[0]), rewrite_.constant(rewrite_.from.tensors[in[1]].name, extents, affine.factors)}, old);
    rewrite_.stands(
        old, rewrite_.emit(
                 operation, Kind::add, Elementwise{},
                 {scaled, rewrite_.constant(rewrite_.from.tensors[in[2]].name, extents, affine.terms)}, old));
  }

  void transpose(const Operation& operation) {
    const auto& settings = std::get<Transpose>(operation.attributes);
    std::vector<int64_t> order = settings.axes.value_or(std::vector<int64_t>{});
    if (!settings.axes && operation.inputs.size() > 1)
      for (const double axis : rewrite_.numbers(operation.inputs[1])) order.push_back(int64_t(axis));
    const int in = operation.inputs[0], old = operation.outputs[0];
    if (order == to_last && has_last(in)) return rewrite_.stands(old, last_[in]);
    if (order == to_first && !has_last(in)) {  // its input is its twin
      last_[old] = rewrite_.at(in);
      return;
    }
    keep(operation);
  }

  // An image of one pixel has its numbers in the same order either way.
  void reshape(const Operation& operation) {
    const int in = operation.inputs[0], old = operation.outputs[0];
    if (!has_last(in) || shape(in)[2] != 1 || shape(in)[3] != 1) return keep(operation);
    const Extents& to = shape(old);
    if (to.size() == 4 && to[1] == shape(in)[1] && to[2] == 1 && to[3] == 1) {
      last_[old] = last_[in];
      return;
    }
    rewrite_.stands(old, rewrite_.emit(operation, Kind::reshape, operation.attributes, {last_[in]}, old));
  }

  void turn(const Operation& operation) {
    const auto& in = operation.inputs;
    const bool wanted = wanted_[operation.outputs[0]];
    const auto turned = [&](int old) { return wanted || (old >= 0 && has_last(old)); };
    switch (operation.kind) {
      case Kind::convolution:
        return convolution(operation);
      case Kind::batch_norm:
        return batch_norm(operation);
      case Kind::transpose:
        return transpose(operation);
      case Kind::reshape:
        return reshape(operation);
      case Kind::pool: {
        auto settings = std::get<Pool>(operation.attributes);
        if (settings.window.order == ImageOrder::channels_last) return keep(operation);
        settings.window.order = ImageOrder::channels_last;
        return make_last(operation, settings, {last(in[0], operation)});
      }
      case Kind::reduce: {
        auto settings = std::get<Reduce>(operation.attributes);
        // A global pool of an image with channels first, turned or the graph's input.
        if (!has_last(in[0]) || !settings.keep_axes) return keep(operation);
        settings.rank = 0;
        for (int64_t& axis : *settings.axes) axis = axis_in_last[axis];
        std::sort(settings.axes->begin(), settings.axes->end());
        return make_last(operation, settings, {last_[in[0]]});
      }
      case Kind::add:
      case Kind::subtract:
      case Kind::multiply:
      case Kind::divide:
      case Kind::minimum:
      case Kind::maximum: {
        if (shape(operation.outputs[0]).size() != 4 || std::none_of(in.begin(), in.end(), turned))
          return keep(operation);
        std::vector<int> inputs;
        for (const int input : in) inputs.push_back(broadcast_last(input, operation));
        return make_last(operation, operation.attributes, inputs);
      }
      case Kind::clamp:
      case Kind::hard_swish:
      case Kind::hard_sigmoid:
      case Kind::sigmoid:
      case Kind::identity:
      case Kind::cast:
        if (!turned(in[0])) return keep(operation);
        return make_last(operation, operation.attributes, {last(in[0], operation)});
      case Kind::concatenate: {
        if (std::none_of(in.begin(), in.end(), turned)) return keep(operation);
        auto settings = std::get<Axis>(operation.attributes);
        settings.axis = axis_in_last[from_front(operation, {settings.axis}, 4)[0]];
        std::vector<int> inputs;
        for (const int input : in) inputs.push_back(last(input, operation));
        return make_last(operation, settings, inputs);
      }
      case Kind::softmax:
      case Kind::log_softmax: {
        auto settings = std::get<Softmax>(operation.attributes);
        if (!has_last(in[0])) return keep(operation);
        settings.axis = axis_in_last[from_front(operation, {settings.axis}, 4)[0]];
        if (settings.axis == 3) settings.axis = -1;
        return make_last(operation, settings, {last_[in[0]]});
      }
      case Kind::pad: {
        if (!turned(in[0])) return keep(operation);
        const auto& settings = std::get<Pad>(operation.attributes);
        std::vector<int64_t> pads(8);
        for (size_t i = 0; i < 8; ++i) pads[(i < 4 ? 0 : 4) + axis_in_last[i % 4]] = (*settings.pads)[i];
        std::vector<int> inputs{last(in[0], operation)};
        return make_last(operation, Pad{.pads = pads, .value = settings.value}, inputs);
      }
      default:
        return keep(operation);
    }
  }

  Rewrite rewrite_;
  std::vector<int> last_;    // new twins of old tensors; -1: none
  std::vector<bool> plain_;  // whether the old tensor itself is made, too
  std::vector<bool> wanted_;
};

}  // namespace

Graph passes::channels_last(const Graph& graph) { return Turning(graph).run(); }

}  // namespace mobilith::file
