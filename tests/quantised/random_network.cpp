#include "quantised/random_network.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>

#include "graph/infer.h"

namespace mobilith::testing {

using file::ElementType;
using file::Extents;
using file::OperationKind;

namespace {

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {
    type_ = seed % 2 ? ElementType::i8 : ElementType::u8;
    graph_.format = "TFLite";
  }

  file::Graph run() {
    image();
    for (int i = whole(2, 5); i > 0; i--) step();
    if (chance(0.7)) end();
    if (chance(0.3)) dequantise();
    graph_.outputs = {now_};
    if (shape().size() == 4 && shape()[1] * shape()[2] > 1 && shape()[3] > 3) flatten();
    file::infer(graph_);
    return std::move(graph_);
  }

 private:
  int whole(int least, int most) { return least + int(random_() % uint32_t(most - least + 1)); }
  double uniform() { return double(random_() >> 8) / (1 << 24); }
  bool chance(double share) { return uniform() < share; }
  double scale(double least, double most) { return float(least * std::pow(most / least, uniform())); }
  const Extents& shape() const { return *graph_.tensors[size_t(now_)].shape; }
  int zero_low() const { return type_ == ElementType::i8 ? -128 : 0; }

  int tensor(const Extents& e, ElementType type, double scale, int zero) {
    file::Tensor t;
    t.name = "t" + std::to_string(graph_.tensors.size());
    t.type = type, t.shape = e;
    if (scale > 0) t.quantisation = {{scale}, {zero}, 0};
    graph_.tensors.push_back(std::move(t));
    return int(graph_.tensors.size()) - 1;
  }

  // A result of this type; about `real` is the largest number that comes.
  int result(const Extents& e, double real) {
    // Zero points at the ends, as behind a ReLU, are common.
    const int zero = chance(0.4) ? zero_low() : zero_low() + whole(0, 255);
    return tensor(e, type_, float(real / 255 * std::exp2(uniform() * 2 - 1)), zero);
  }

  template <typename T>
  int constant(const Extents& e, ElementType type, std::vector<double> scales, int zero, int axis,
               const std::vector<T>& values) {
    const int index = tensor(e, type, 0, 0);
    file::Tensor& t = graph_.tensors[size_t(index)];
    auto bytes = std::make_shared<std::string>(reinterpret_cast<const char*>(values.data()),
                                               values.size() * sizeof(T));
    t.constant = file::Bytes{bytes, *bytes};
    t.quantisation = {scales, std::vector<int64_t>(scales.size(), zero), axis};
    return index;
  }

  void operation(OperationKind kind, std::vector<int> inputs, int output, file::Attributes attributes) {
    const std::string name = graph_.tensors[size_t(output)].name;
    graph_.operations.push_back({kind, "drawn", name, std::move(inputs), {output}, std::move(attributes)});
    now_ = output;
  }

  file::Clamp activation() {
    switch (whole(0, 3)) {
      case 0:
        return {0, INFINITY};
      case 1:
        return {0, 6};
      case 2:
        return {-1, 1};
      default:
        return {};
    }
  }

  double scale_now() const { return graph_.tensors[size_t(now_)].quantisation.scales[0]; }

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

  std::vector<double> weight_scales(int outputs) {
    std::vector<double> scales{scale(1e-3, 0.02)};
    if (type_ == ElementType::i8 && chance(0.7)) {
      scales.assign(size_t(outputs), 0);
      for (double& s : scales) s = scale(1e-3, 0.02);
    }
    return scales;
  }

  // Weights and bias of `outputs` outputs; the number of products of each.
  std::pair<int, int> weights(const Extents& e, int axis, int outputs, int64_t products, double& reach) {
    const std::vector<double> scales = weight_scales(outputs);
    const bool per_channel = scales.size() > 1;
    std::vector<uint8_t> values;
    for (int64_t i = 0; i < products * outputs; i++) values.push_back(uint8_t(random_()));
    const int w = constant(e, type_, scales, type_ == ElementType::i8 ? 0 : whole(0, 255),
                           per_channel ? axis : 0, values);
    std::vector<double> bias_scales;
    for (const double s : scales) bias_scales.push_back(float(float(scale_now()) * float(s)));
    std::vector<int32_t> bias;
    for (int o = 0; o < outputs; o++) bias.push_back(whole(-20000, 20000));
    const int b = constant({outputs}, ElementType::i32, bias_scales, 0, 0, bias);
    reach = scale_now() * scales[0] * 100 * 100 * std::sqrt(double(products)) * 2;
    return {w, b};
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
    const int64_t products = int64_t{rows} * columns * (depthwise ? 1 : in[3]);
    const Extents e = depthwise ? Extents{1, rows, columns, outputs} : Extents{outputs, rows, columns, in[3]};
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
      const int other = alike[size_t(whole(0, int(alike.size()) - 1))], from = now_;
      const double real = 255 * (scale_now() + graph_.tensors[size_t(other)].quantisation.scales[0]);
      operation(chance(0.8) ? OperationKind::add : OperationKind::subtract, {from, other}, result(in, real),
                file::Elementwise{activation()});
    } else if (which < 0.3) {
      function();
    } else if (which < 0.4 && in[1] > 2 && in[2] > 2) {
      pool();
    } else {
      convolution();
    }
  }

  void function() {
    const int from = now_;
    const Extents in = shape();
    const double own = scale_now();
    switch (whole(0, 2)) {
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
    graph_.outputs = {now_};
  }

  void end() {
    const Extents in = shape();
    flatten();
    if (chance(0.5)) {
      const int from = now_;
      const file::Tensor of = graph_.tensors[size_t(from)];
      file::Reshape settings;
      settings.shape = std::vector<int64_t>{1, in[3]};
      operation(OperationKind::reshape, {from},
                tensor({1, in[3]}, type_, of.quantisation.scales[0], int(of.quantisation.zero_points[0])),
                settings);
      const int outputs = whole(2, 40), flat = now_;
      double reach = 0;
      const auto [w, b] = weights({outputs, in[3]}, 0, outputs, in[3], reach);
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
    if (shape().size() == 4 && shape()[1] * shape()[2] > 1) flatten();
    const int from = now_;
    operation(OperationKind::requantise, {from}, tensor(shape(), ElementType::f32, 0, 0), {});
  }

  std::mt19937 random_;
  ElementType type_;
  file::Graph graph_;
  int now_ = -1;
};

}  // namespace

file::Graph random_quantised_graph(uint32_t seed) { return Draw(seed).run(); }

}  // namespace mobilith::testing
