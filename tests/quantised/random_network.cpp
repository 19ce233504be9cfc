#include "quantised/random_network.h"

#include <algorithm>
#include <cmath>

#include "graph/infer.h"
#include "quantised/drawn_graph.h"

namespace mobilith::testing {

using file::ElementType;
using file::Extents;
using file::OperationKind;

namespace {

class Draw : DrawnGraph {
 public:
  Draw(uint32_t seed, bool reduce_range) : DrawnGraph(seed) { reduce_range_ = reduce_range; }

  file::Graph run() {
    image();
    for (int i = whole(2, 5); i > 0; i--) step();
    const int early = now_;
    if (chance(0.7)) end();
    if (chance(0.3)) dequantise();
    graph_.outputs = {now_};
    if (now_ != early && chance(0.3)) graph_.outputs = {early, now_};
    file::infer(graph_);
    return std::move(graph_);
  }

 private:
  void image() {
    const Extents e{1, whole(3, 19), whole(3, 19), chance(0.8) ? whole(1, 3) : whole(4, 40)};
    const bool floats = chance(0.25);
    now_ = tensor(e, floats ? ElementType::f32 : type_, floats ? 0 : scale(1e-3, 0.1),
                  zero_low() + whole(0, 255));
    graph_.inputs = {now_};
    if (!floats) return;
    const int to = tensor(e, type_, scale(2e-3, 0.02), zero_low() + whole(0, 255));
    operation(OperationKind::requantise, {now_}, to, {});
  }

  static int64_t placed(int64_t size, int window, int stride, int dilation, file::Padding padding) {
    if (padding == file::Padding::same) return (size + stride - 1) / stride;
    return (size - (window - 1) * dilation - 1) / stride + 1;
  }

  void convolution() {
    const bool depthwise = chance(0.45);
    const Extents in = shape();
    const bool pointwise = !depthwise && chance(0.6);
    int rows = pointwise ? 1 : whole(1, 5), columns = pointwise ? 1 : chance(0.7) ? rows : whole(1, 4);
    const int stride = pointwise ? 1 : whole(1, 2), dilation = stride == 1 && chance(0.2) ? whole(2, 3) : 1;
    file::Convolution settings;
    settings.window.padding = chance(0.7) ? file::Padding::same : file::Padding::given;
    if (settings.window.padding == file::Padding::given) {
      rows = std::min<int>(rows, int((in[1] - 1) / dilation + 1)),
      columns = std::min<int>(columns, int((in[2] - 1) / dilation + 1));
    }
    settings.window.stride_height = stride, settings.window.stride_width = chance(0.9) ? stride : 1;
    settings.window.dilation_height = settings.window.dilation_width = dilation;
    settings.kernel = depthwise ? file::KernelOrder::depthwise : file::KernelOrder::ohwi;
    settings.fused = activation();
    const int multiplier = depthwise ? whole(1, in[3] < 4 ? 3 : 1) : 1;
    const int outputs = depthwise ? int(in[3]) * multiplier : chance(0.5) ? whole(1, 70) : 8 * whole(1, 6);
    if (depthwise) settings.groups = in[3], settings.said_multiplier = multiplier;
    const int64_t groups = !depthwise && in[3] % 2 == 0 && outputs % 2 == 0 && chance(0.15) ? 2 : 1;
    const int64_t products = int64_t{rows} * columns * (depthwise ? 1 : in[3] / groups);
    const Extents e =
        depthwise ? Extents{1, rows, columns, outputs} : Extents{outputs, rows, columns, in[3] / groups};
    if (groups > 1) settings.groups = groups;
    double reach = 0;
    const auto [w, b] = weights(e, depthwise ? 3 : 0, outputs, products, reach);
    const Extents out{
        1, placed(in[1], rows, stride, dilation, settings.window.padding),
        placed(in[2], columns, int(settings.window.stride_width), dilation, settings.window.padding),
        outputs};
    const int from = now_;
    operation(OperationKind::convolution, {from, w, b}, result(out, reach), settings);
  }

  void step() {
    const Extents in = shape();
    std::vector<int> alike;
    for (int t = 0; t < int(graph_.tensors.size()); t++) {
      const file::Tensor& other = graph_.tensors[size_t(t)];
      if (t != now_ && !other.constant && other.type == type_ && other.shape == in && t != graph_.inputs[0])
        alike.push_back(t);
    }
    const double which = uniform();
    if (which < 0.2 && !alike.empty()) {
      const int other = alike[size_t(whole(0, int(alike.size()) - 1))];
      if (chance(0.2))
        concatenate(other);
      else
        two(other);
    } else if (which < 0.3) {
      function();
    } else if (which < 0.4 && in[1] > 2 && in[2] > 2) {
      pool();
    } else if (which < 0.5) {
      gate();
    } else if (which < 0.58) {
      two(numbers(chance(0.5) ? 1 : int(in[3])));
    } else {
      convolution();
    }
  }

  // A sum, a difference or a product with another tensor.
  void two(int other) {
    const int from = now_;
    const Extents in = shape();
    const double own = scale_now(), others = graph_.tensors[size_t(other)].quantisation.scales[0];
    const std::vector<int> inputs =
        chance(0.7) ? std::vector<int>{from, other} : std::vector<int>{other, from};
    if (chance(0.5))
      return operation(OperationKind::multiply, inputs, result(in, 255 * 120 * own * others),
                       file::Elementwise{activation()});
    operation(chance(0.7) ? OperationKind::add : OperationKind::subtract, inputs,
              result(in, 255 * (own + others)), file::Elementwise{activation()});
  }

  // `count` numbers of the file.
  int numbers(int count) {
    std::vector<uint8_t> values;
    for (int i = 0; i < count; i++) values.push_back(uint8_t(whole(0, 255)));
    const Extents e = count > 1 ? Extents{count} : chance(0.5) ? Extents{} : Extents{1, 1, 1, 1};
    return constant(e, type_, {scale(1e-3, 0.1)}, zero_low() + whole(0, 255), 0, values);
  }

  // A squeeze-excite: means over the image, two convolutions and the hard sigmoid as TFLite has it.
  void gate() {
    const Extents image = shape();
    const int from = now_;
    flatten();
    for (const int outputs : {whole(1, 20), int(image[3])}) {
      if (chance(0.3) && outputs != image[3]) continue;
      const int64_t inputs = shape()[3];
      double reach = 0;
      const auto [w, b] = weights({outputs, 1, 1, inputs}, 0, outputs, inputs, reach);
      file::Convolution settings;
      settings.kernel = file::KernelOrder::ohwi, settings.fused = activation();
      const int vector = now_;
      operation(OperationKind::convolution, {vector, w, b}, result({1, 1, 1, outputs}, reach), settings);
    }
    if (chance(0.5)) two(numbers(1));
    if (chance(0.5)) function();
    const int factors = now_;
    now_ = from;
    two(factors);
  }

  // Channels of both behind one another, which have one scale.
  void concatenate(int other) {
    const Extents in = shape();
    std::vector<int> inputs{now_};
    const file::Quantisation own = graph_.tensors[size_t(now_)].quantisation;
    const int to = tensor(in, type_, own.scales[0], int(own.zero_points[0]));
    operation(OperationKind::requantise, {other}, to, {});
    inputs.push_back(to);
    if (chance(0.3)) inputs.push_back(inputs.front());
    if (chance(0.5)) std::reverse(inputs.begin(), inputs.end());
    Extents out = in;
    out[3] *= int64_t(inputs.size());
    operation(OperationKind::concatenate, inputs, tensor(out, type_, own.scales[0], int(own.zero_points[0])),
              file::Axis{3});
  }

  void function() {
    const int from = now_;
    const Extents in = shape();
    const double own = scale_now();
    switch (whole(0, 3)) {
      case 3:
        return operation(OperationKind::clamp, {from}, result(in, 255 * own), activation());
      case 0:
        return operation(OperationKind::sigmoid, {from}, tensor(in, type_, 1.0 / 256, zero_low()), {});
      case 1:
        return operation(OperationKind::hard_swish, {from},
                         tensor(in, type_, float(own * (0.6 + uniform())), zero_low() + whole(0, 255)), {});
      default:
        return operation(OperationKind::requantise, {from},
                         tensor(in, type_, float(own * (0.6 + uniform())), zero_low() + whole(0, 255)), {});
    }
  }

  void pool() {
    const Extents in = shape();
    file::Pool settings;
    const file::Tensor from = graph_.tensors[size_t(now_)];
    settings.maximum = chance(0.4);
    settings.window.height = whole(1, 3), settings.window.width = whole(1, 3);
    settings.window.stride_height = settings.window.stride_width = whole(1, 2);
    if (settings.maximum &&
        settings.window.stride_height > std::min(settings.window.height, settings.window.width))
      settings.window.stride_height = settings.window.stride_width = 1;
    settings.window.padding = chance(0.5) ? file::Padding::same : file::Padding::given;
    const Extents out{1,
                      placed(in[1], int(settings.window.height), int(settings.window.stride_height), 1,
                             settings.window.padding),
                      placed(in[2], int(settings.window.width), int(settings.window.stride_width), 1,
                             settings.window.padding),
                      in[3]};
    const int before = now_;
    operation(OperationKind::pool, {before},
              tensor(out, type_, from.quantisation.scales[0], int(from.quantisation.zero_points[0])),
              settings);
  }

  void flatten() {
    const Extents in = shape();
    const int from = now_;
    const bool floats = graph_.tensors[size_t(from)].type == ElementType::f32;
    if (floats) return;
    file::Reduce settings;
    settings.axes = {1, 2}, settings.keep_axes = true;
    operation(OperationKind::reduce, {from}, result({1, 1, 1, in[3]}, 255 * scale_now()), settings);
  }

  void end() {
    if (chance(0.8) || shape()[1] * shape()[2] * shape()[3] > 2000) flatten();
    if (shape()[1] * shape()[2] > 1 || chance(0.5)) {
      const int64_t inputs = shape()[1] * shape()[2] * shape()[3];
      const int from = now_;
      const file::Tensor of = graph_.tensors[size_t(from)];
      file::Reshape settings;
      settings.shape = std::vector<int64_t>{1, inputs};
      operation(OperationKind::reshape, {from},
                tensor({1, inputs}, type_, of.quantisation.scales[0], int(of.quantisation.zero_points[0])),
                settings);
      const int outputs = whole(2, 40), flat = now_;
      double reach = 0;
      const auto [w, b] = weights({outputs, inputs}, 0, outputs, inputs, reach);
      operation(OperationKind::fully_connected, {flat, w, b}, result({1, outputs}, reach),
                file::FullyConnected{false, activation()});
    }
    if (chance(0.6)) {
      const int from = now_;
      operation(OperationKind::softmax, {from}, tensor(shape(), type_, 1.0 / 256, zero_low()),
                file::Softmax{});
    }
  }

  void dequantise() {
    const int from = now_;
    operation(OperationKind::requantise, {from}, tensor(shape(), ElementType::f32, 0, 0), {});
  }
};

}  // namespace

file::Graph random_quantised_graph(uint32_t seed, bool reduce_range) {
  return Draw(seed, reduce_range).run();
}

}  // namespace mobilith::testing
