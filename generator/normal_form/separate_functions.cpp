// One spelling each: fused activations, pools over all pixels, products with matrices, changes of shape.
#include <algorithm>
#include <array>
#include <utility>

#include "graph/operations.h"
#include "graph/window.h"
#include "normal_form/normal_form.h"
#include "normal_form/rewrite.h"

namespace mobilith::file {

namespace {

using Kind = OperationKind;

// Takes the activation out of the settings.
Clamp take_fused(Attributes& attributes) {
  Clamp fused;
  const auto take = [&](auto* settings) {
    if (settings) fused = std::exchange(settings->fused, Clamp{});
  };
  take(std::get_if<Convolution>(&attributes));
  take(std::get_if<Pool>(&attributes));
  take(std::get_if<Elementwise>(&attributes));
  take(std::get_if<FullyConnected>(&attributes));
  take(std::get_if<Axis>(&attributes));
  return fused;
}

std::vector<int> mapped(Rewrite& rewrite, const Operation& operation) {
  std::vector<int> inputs;
  for (const int input : operation.inputs) inputs.push_back(rewrite.at(input));
  return inputs;
}

// A reshape to the shape that the old tensor has.
int reshaped(Rewrite& rewrite, const Operation& like, int input, int old) {
  return rewrite.emit(like, Kind::reshape, Reshape{.shape = rewrite.shape(old)}, {input}, old);
}

// Pads that stand for "same", where they are.
void give_pads(const Rewrite& rewrite, const Operation& operation, Window& w, int64_t kernel_height,
               int64_t kernel_width) {
  if (w.padding == Padding::given) return;
  const Image image = image_of(operation, rewrite.shape(operation.inputs[0]), w.order);
  const Placed placed = place(operation, w, image, kernel_height, kernel_width);
  const auto after = [](const Places& places, int64_t extent, int64_t stride, int64_t dilation,
                        int64_t kernel) {
    return std::max<int64_t>(
        (places.count - 1) * stride + (kernel - 1) * dilation + 1 - extent - places.before, 0);
  };
  w.padding = Padding::given;
  w.top = placed.vertical.before, w.left = placed.horizontal.before;
  w.bottom = after(placed.vertical, image.height, w.stride_height, w.dilation_height, kernel_height);
  w.right = after(placed.horizontal, image.width, w.stride_width, w.dilation_width, kernel_width);
}

int convolution(Rewrite& rewrite, const Operation& operation, Convolution settings, int old) {
  const bool last = settings.window.order == ImageOrder::channels_last;
  const Extents &x = rewrite.shape(operation.inputs[0]), &k = rewrite.shape(operation.inputs[1]);
  const auto [height, width, inputs] = [&]() -> std::array<int64_t, 3> {
    switch (settings.kernel) {
      case KernelOrder::ohwi:
        return {k[1], k[2], k[3]};
      case KernelOrder::oihw:
        return {k[2], k[3], k[1]};
      case KernelOrder::hwio:
        return {k[0], k[1], k[2]};
      case KernelOrder::hwcm:
        return {k[0], k[1], 1};
      default:
        return {k[1], k[2], 1};
    }
  }();
  settings.groups = x[last ? 3 : 1] / inputs;
  give_pads(rewrite, operation, settings.window, height, width);
  settings.window.height = height, settings.window.width = width;
  return rewrite.emit(operation, Kind::convolution, settings, mapped(rewrite, operation), old);
}

// An average or maximum over the whole image, or a pool.
int pool(Rewrite& rewrite, const Operation& operation, Pool settings, int old) {
  Window& w = settings.window;
  const Image image = image_of(operation, rewrite.shape(operation.inputs[0]), w.order);
  give_pads(rewrite, operation, w, w.height, w.width);
  const bool last = w.order == ImageOrder::channels_last;
  const Extents& to = rewrite.shape(old);
  const bool whole = w.height == image.height && w.width == image.width && w.dilation_height == 1 &&
                     w.dilation_width == 1 && !(w.top || w.bottom || w.left || w.right) &&
                     to[last ? 1 : 2] == 1 && to[last ? 2 : 3] == 1;
  if (!whole) return rewrite.emit(operation, Kind::pool, settings, mapped(rewrite, operation), old);
  return rewrite.emit(operation, Kind::reduce,
                      Reduce{.what = settings.maximum ? Reduction::maximum : Reduction::mean,
                             .axes = last ? std::vector<int64_t>{1, 2} : std::vector<int64_t>{2, 3},
                             .keep_axes = true},
                      mapped(rewrite, operation), old);
}

// Reduced axes stay, with an extent of 1; a reshape takes them away.
int reduce(Rewrite& rewrite, const Operation& operation, Reduce settings, int old) {
  const Extents& from = rewrite.shape(operation.inputs[0]);
  std::vector<int64_t> axes;
  if (settings.axes)
    axes = *settings.axes;
  else if (operation.inputs.size() > 1 && operation.inputs[1] >= 0)
    for (const double axis : rewrite.numbers(operation.inputs[1])) axes.push_back(int64_t(axis));
  if (axes.empty() && !settings.none_if_empty)
    for (size_t i = 0; i < from.size(); ++i) axes.push_back(int64_t(i));
  axes = from_front(operation, axes, from.size());
  std::sort(axes.begin(), axes.end());
  const int kept =
      rewrite.emit(operation, Kind::reduce,
                   Reduce{.what = settings.what, .axes = axes, .keep_axes = true, .none_if_empty = true},
                   {rewrite.at(operation.inputs[0])}, old);
  return settings.keep_axes ? kept : reshaped(rewrite, operation, kept, old);
}

// The constant matrix as (output, input).
int matrix(Rewrite& rewrite, int old, bool transposed, double factor) {
  const Extents& shape = rewrite.shape(old);
  const std::vector<double> from = rewrite.numbers(old);
  const int64_t outputs = shape[transposed ? 0 : 1], inputs = shape[transposed ? 1 : 0];
  std::vector<double> to;
  to.reserve(from.size());
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t i = 0; i < inputs; ++i)
      to.push_back(factor * from[transposed ? o * inputs + i : i * outputs + o]);
  return rewrite.constant(rewrite.from.tensors[old].name, {outputs, inputs}, to);
}

int gemm(Rewrite& rewrite, const Operation& operation, const Gemm& settings, int old) {
  const auto& in = operation.inputs;
  const bool bias = in.size() > 2 && in[2] >= 0;
  const int64_t outputs = rewrite.shape(old)[1];
  // A bias of each row alone is left as it is.
  if (settings.transpose_a || !rewrite.is_constant(in[1]) ||
      (bias && (!rewrite.is_constant(in[2]) ||
                elements(rewrite.shape(in[2]), "bias") != (rewrite.scalar(in[2]) ? 1 : outputs) ||
                (rewrite.shape(in[2]).size() == 2 && rewrite.shape(in[2])[0] != 1)))) {
    rewrite.keep(operation);
    return rewrite.at(old);
  }
  std::vector<int> inputs{rewrite.at(in[0]), matrix(rewrite, in[1], settings.transpose_b, settings.alpha)};
  if (bias) {
    std::vector<double> values = rewrite.numbers(in[2]);
    if (values.size() == 1) values.assign(outputs, values[0]);
    for (double& x : values) x *= settings.beta;
    inputs.push_back(rewrite.constant(rewrite.from.tensors[in[2]].name, {outputs}, values));
  }
  return rewrite.emit(operation, Kind::fully_connected, FullyConnected{.keep_axes = true}, inputs, old);
}

int fully_connected(Rewrite& rewrite, const Operation& operation, const FullyConnected& settings, int old) {
  std::vector<int> inputs = mapped(rewrite, operation);
  const int64_t width = rewrite.shape(operation.inputs[1])[1];
  const Extents& x = rewrite.shape(operation.inputs[0]);
  const Extents rows{elements(x, "input") / width, width};
  if (!settings.keep_axes && x != rows)
    inputs[0] =
        rewrite.emit(operation, Kind::reshape, Reshape{.shape = rows}, {inputs[0]}, operation.inputs[0]);
  return rewrite.emit(operation, Kind::fully_connected, FullyConnected{.keep_axes = true}, inputs, old);
}

// A clamp whose bounds are constant inputs has them as settings.
int clamp(Rewrite& rewrite, const Operation& operation, Clamp settings, int old) {
  const auto& in = operation.inputs;
  if (in.size() > 1 && in[1] >= 0) settings.low = rewrite.scalar(in[1]).value();
  if (in.size() > 2 && in[2] >= 0) settings.high = rewrite.scalar(in[2]).value();
  return rewrite.emit(operation, Kind::clamp, settings, {rewrite.at(in[0])}, old);
}

// A softmax or its logarithm: along the last axis, where it can be said so.
int softmax(Rewrite& rewrite, const Operation& operation, Softmax settings, int old) {
  const Extents& shape = rewrite.shape(old);
  const int64_t rank = int64_t(shape.size());
  if (settings.axis < 0) settings.axis += rank;
  const bool flatten = std::exchange(settings.flatten, false) && settings.axis != rank - 1;
  const int64_t axis =
      std::exchange(settings.axis, settings.axis == rank - 1 || flatten ? -1 : settings.axis);
  const int x = rewrite.at(operation.inputs[0]);
  if (!flatten) return rewrite.emit(operation, operation.kind, settings, {x}, old);
  const Extents lines{elements({shape.begin(), shape.begin() + axis}, "lines"),
                      elements({shape.begin() + axis, shape.end()}, "line")};
  const int flat = rewrite.emit(operation, Kind::reshape, Reshape{.shape = lines}, {x}, old);
  return reshaped(rewrite, operation, rewrite.emit(operation, operation.kind, settings, {flat}, old), old);
}

// Pads and their value as settings: all before, then all after.
int pad(Rewrite& rewrite, const Operation& operation, const Pad& settings, int old) {
  const auto& in = operation.inputs;
  const auto given = [&](size_t i) { return i < in.size() && in[i] >= 0; };
  std::vector<int64_t> numbers, axes;
  if (settings.pads)
    numbers = *settings.pads;
  else
    for (const double n : rewrite.numbers(in[1])) numbers.push_back(int64_t(n));
  const size_t rank = rewrite.shape(old).size();
  if (given(3))
    for (const double axis : rewrite.numbers(in[3])) axes.push_back(int64_t(axis));
  else
    for (size_t i = 0; i < rank; ++i) axes.push_back(int64_t(i));
  axes = from_front(operation, axes, rank);
  std::vector<int64_t> pads(2 * rank);
  for (size_t i = 0; i < axes.size(); ++i) {
    pads[axes[i]] = numbers[settings.interleaved ? 2 * i : i];
    pads[rank + axes[i]] = numbers[settings.interleaved ? 2 * i + 1 : axes.size() + i];
  }
  const double value = given(2) ? rewrite.scalar(in[2]).value() : settings.value;
  return rewrite.emit(operation, Kind::pad, Pad{.pads = pads, .value = value}, {rewrite.at(in[0])}, old);
}

int without_fused(Rewrite& rewrite, Operation operation, int old) {
  const Attributes& a = operation.attributes;
  switch (operation.kind) {
    case Kind::convolution:
      return convolution(rewrite, operation, std::get<Convolution>(a), old);
    case Kind::pool:
      return pool(rewrite, operation, std::get<Pool>(a), old);
    case Kind::reduce:
      return reduce(rewrite, operation, std::get<Reduce>(a), old);
    case Kind::gemm:
      return gemm(rewrite, operation, std::get<Gemm>(a), old);
    case Kind::fully_connected:
      return fully_connected(rewrite, operation, std::get<FullyConnected>(a), old);
    case Kind::softmax:
    case Kind::log_softmax:
      return softmax(rewrite, operation, std::get<Softmax>(a), old);
    case Kind::pad:
      return pad(rewrite, operation, std::get<Pad>(a), old);
    case Kind::clamp:
      return clamp(rewrite, operation, std::get<Clamp>(a), old);
    case Kind::matmul:
      if (!rewrite.is_constant(operation.inputs[1])) break;
      return rewrite.emit(operation, Kind::fully_connected, FullyConnected{.keep_axes = true},
                          {rewrite.at(operation.inputs[0]), matrix(rewrite, operation.inputs[1], false, 1)},
                          old);
    case Kind::reshape:
    case Kind::flatten:
    case Kind::squeeze:
    case Kind::unsqueeze:
      return reshaped(rewrite, operation, rewrite.at(operation.inputs[0]), old);
    default:
      break;
  }
  return rewrite.emit(operation, operation.kind, operation.attributes, mapped(rewrite, operation), old);
}

}  // namespace

Graph passes::separate_functions(const Graph& graph) {
  Rewrite rewrite(graph);
  for (const Operation& operation : graph.operations) {
    const int old = operation.outputs[0];
    Operation plain = operation;
    const Clamp fused = take_fused(plain.attributes);
    int now = without_fused(rewrite, plain, old);
    if (fused != Clamp{}) now = rewrite.emit(operation, Kind::clamp, fused, {now}, old);
    rewrite.stands(old, now);
  }
  return rewrite.finish();
}

}  // namespace mobilith::file
