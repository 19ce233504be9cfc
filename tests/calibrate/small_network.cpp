#include "calibrate/small_network.h"

#include <cmath>
#include <random>

namespace mobilith::testing {

using calibration::FloatNetwork;
using calibration::Node;

namespace {

class Drawer {
 public:
  Drawer(uint32_t seed, double sizes) : random_(seed), sizes_(sizes) { net.image = {16, 16, 3}; }

  // `bounds` none: without. Each channel of what it gives has a size of its own; what reads it makes up for
  // it.
  int products(LayerKind kind, int from, int outputs, int side, int stride, bool bounded) {
    Node node;
    Layer& layer = node.layer;
    layer.kind = kind, layer.name = "layer_" + std::to_string(net.nodes.size());
    layer.in = from < 0 ? net.image : net.nodes[size_t(from)].layer.out;
    layer.window = {side, side, stride, 1, {side / 2, side / 2, side / 2, side / 2}};
    layer.out = {(layer.in.height + stride - 1) / stride, (layer.in.width + stride - 1) / stride, outputs};
    node.inputs = {from};
    const bool depthwise = kind == LayerKind::depthwise;
    const int inputs = layer.in.channels, each = depthwise ? 1 : outputs;
    const std::vector<double>* sizes = from < 0 ? nullptr : &size_of_[size_t(from)];
    node.kernel.resize(size_t(side) * side * inputs * each);
    std::vector<double> size(static_cast<size_t>(outputs), 1.0);
    if (!bounded && kind == LayerKind::convolution && side == 1)
      for (double& s : size) s = std::pow(sizes_, uniform() - 0.5);
    if (bounded)
      for (double& s : size) s = std::pow(sizes_, uniform() * -1.0);
    for (size_t i = 0; i < node.kernel.size(); i++) {
      const auto in = i / size_t(each) % size_t(inputs), out = depthwise ? in : i % size_t(outputs);
      const double spread = std::sqrt(2.0 / (side * side * (depthwise ? 1 : inputs)));
      node.kernel[i] = float(normal() * spread * size[out] / (sizes ? (*sizes)[in] : 1));
    }
    for (const double s : size) node.bias.push_back(float(0.3 * normal() * s));
    if (bounded) node.bounds = {0, 6};
    return add(std::move(node), size);
  }

  int sum(int a, int b) {
    Node node;
    node.layer.kind = LayerKind::add, node.layer.name = "sum";
    node.layer.in = node.layer.out = net.nodes[size_t(a)].layer.out;
    node.inputs = {a, b};
    return add(std::move(node), size_of_[size_t(a)]);
  }

  int mean(int from) {
    Node node;
    node.layer.kind = LayerKind::pool, node.layer.name = "mean";
    node.layer.in = net.nodes[size_t(from)].layer.out;
    node.layer.out = {1, 1, node.layer.in.channels};
    node.inputs = {from};
    return add(std::move(node), size_of_[size_t(from)]);
  }

  FloatNetwork net;

 private:
  double uniform() { return std::uniform_real_distribution<double>()(random_); }
  double normal() { return std::normal_distribution<double>()(random_); }
  int add(Node node, std::vector<double> size) {
    net.nodes.push_back(std::move(node));
    size_of_.push_back(std::move(size));
    return int(net.nodes.size()) - 1;
  }

  std::mt19937 random_;
  double sizes_;
  std::vector<std::vector<double>> size_of_;
};

}  // namespace

FloatNetwork small_network(uint32_t seed, double sizes) {
  Drawer draw(seed, sizes);
  const int stem = draw.products(LayerKind::convolution, -1, 24, 3, 2, true);
  const int depthwise = draw.products(LayerKind::depthwise, stem, 24, 3, 1, true);
  const int first = draw.products(LayerKind::convolution, depthwise, 16, 1, 1, false);
  const int wide = draw.products(LayerKind::convolution, first, 40, 1, 1, true);
  const int again = draw.products(LayerKind::depthwise, wide, 40, 3, 1, true);
  const int second = draw.products(LayerKind::convolution, again, 16, 1, 1, false);
  const int all = draw.products(LayerKind::convolution, draw.sum(first, second), 48, 1, 1, true);
  draw.net.outputs = {draw.products(LayerKind::convolution, draw.mean(all), 10, 1, 1, false)};
  return std::move(draw.net);
}

calibration::Pictures small_pictures(const Shape& shape, size_t count) {
  return {count, [shape](size_t picture) {
            calibration::Values values;
            for (int y = 0; y < shape.height; y++)
              for (int x = 0; x < shape.width; x++)
                for (int c = 0; c < shape.channels; c++)
                  values.push_back(
                      std::sin(0.3 * (double(picture) + 1) * y + 0.2 * x * (c + 1) + double(picture)));
            return values;
          }};
}

}  // namespace mobilith::testing
