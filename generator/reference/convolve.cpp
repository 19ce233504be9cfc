#include "reference/convolve.h"

#include <algorithm>
#include <cmath>

namespace mobilith::reference {

namespace {

// Neighbours in a row that read each weight together; one after the other they would wait for memory.
constexpr int neighbours = 4;

// sums[i][o] += from[i][k] * tap[k][o] for each neighbour i.
void add_products(const double* const* from, const float* tap, int inputs, int outputs, double* sums) {
  constexpr int chunk = 128;  // outputs whose sums stay in L1
  for (int first = 0; first < outputs; first += chunk) {
    const int count = std::min(chunk, outputs - first);
    double* __restrict s0 = sums + first;
    double* __restrict s1 = s0 + outputs;
    double* __restrict s2 = s1 + outputs;
    double* __restrict s3 = s2 + outputs;
    for (int k = 0; k < inputs; k++) {
      const float* weight = tap + size_t(k) * outputs + first;
      const double a = from[0][k], b = from[1][k], c = from[2][k], d = from[3][k];
      for (int o = 0; o < count; o++) {
        const double w = weight[o];
        s0[o] += a * w, s1[o] += b * w, s2[o] += c * w, s3[o] += d * w;
      }
    }
  }
}

// The same where each input channel has outputs of its own, `multiplier` of them.
void add_depthwise(const double* const* from, const float* tap, int inputs, int multiplier, double* sums) {
  for (int i = 0; i < neighbours; i++) {
    double* to = sums + size_t(i) * inputs * multiplier;
    for (int j = 0; j < multiplier; j++)
      for (int k = 0; k < inputs; k++) to[k * multiplier + j] += from[i][k] * tap[k * multiplier + j];
  }
}

void activate(const ActivationFunction& function, double* values, int count) {
  const ActivationRow& row = row_of(function);
  if (function.kind != ActivationKind::none)
    for (int o = 0; o < count; o++) values[o] = row.value(values[o], function);
}

// A dense layer takes an image's values as one pixel's channels.
Activation seen_by(const Layer& layer, const Activation& in) {
  if (layer.kind != LayerKind::dense) return in;
  return {{1, 1, static_cast<int>(in.values.size())}, in.values};
}

std::vector<double> outside_of(const Layer& layer, int channels) {
  if (layer.outside.empty()) return std::vector<double>(size_t(channels));
  return {layer.outside.begin(), layer.outside.end()};
}

}  // namespace

Activation convolve(const Layer& layer, const LayerValues& values, const Activation& input) {
  const Activation in = seen_by(layer, input);
  const bool depthwise = layer.kind == LayerKind::depthwise;
  const LayerWindow& w = layer.window;  // a dense layer's is its one pixel
  const int inputs = in.shape.channels, outputs = layer.out.channels;
  const size_t tap_values = values.kernel.size() / (size_t(w.height) * w.width);
  Activation out{layer.out,
                 std::vector<double>(size_t(layer.out.height) * layer.out.width * layer.out.channels)};
  const std::vector<double> outside = outside_of(layer, inputs);
  std::vector<double> sums(size_t(neighbours) * outputs);
  for (int y = 0; y < out.shape.height; y++)
    for (int x = 0; x < out.shape.width; x += neighbours) {
      const int pixels = std::min(neighbours, out.shape.width - x);
      std::fill(sums.begin(), sums.end(), 0.0);
      for (int i = 0; i < w.height * w.width; i++) {
        const int from_y = y * w.stride + i / w.width * w.dilation - w.pads.top;
        const bool row_inside = from_y >= 0 && from_y < in.shape.height;
        if (!row_inside && layer.outside.empty()) continue;
        const double* from[neighbours];
        for (int n = 0; n < neighbours; n++) {
          const int from_x = (x + n) * w.stride_x() + i % w.width * w.dilation - w.pads.left;
          const bool inside = row_inside && n < pixels && from_x >= 0 && from_x < in.shape.width;
          from[n] = inside ? &in.values[(size_t(from_y) * in.shape.width + from_x) * inputs] : outside.data();
        }
        const float* tap = &values.kernel[i * tap_values];
        if (depthwise)
          add_depthwise(from, tap, inputs, outputs / inputs, sums.data());
        else
          add_products(from, tap, inputs, outputs, sums.data());
      }
      double* to = &out.values[(size_t(y) * out.shape.width + x) * outputs];
      for (int n = 0; n < pixels; n++, to += outputs) {
        for (int o = 0; o < outputs; o++)
          to[o] = sums[size_t(n) * outputs + o] * values.scale[o] + values.shift[o];
        activate(layer.activation, to, outputs);
      }
    }
  return out;
}

double largest_sum(const Layer& layer, const LayerValues& values, const Activation& input) {
  const Activation in = seen_by(layer, input);
  const int taps = layer.window.height * layer.window.width;
  const int inputs = in.shape.channels, outputs = layer.out.channels;
  const bool depthwise = layer.kind == LayerKind::depthwise;
  const int each = depthwise ? outputs / inputs : outputs;  // of an input channel
  std::vector<double> largest = outside_of(layer, inputs), sums(outputs);
  for (double& value : largest) value = std::abs(value);
  for (auto pixel = in.values.begin(); pixel != in.values.end(); pixel += inputs)
    for (int k = 0; k < inputs; k++) largest[k] = std::max(largest[k], std::abs(pixel[k]));
  const float* weight = values.kernel.data();
  for (int i = 0; i < taps; i++)
    for (int k = 0; k < inputs; k++, weight += each)
      for (int j = 0; j < each; j++) sums[depthwise ? k * each + j : j] += std::abs(weight[j]) * largest[k];
  double most = 0;
  for (int o = 0; o < outputs; o++)
    most = std::max(most, sums[o] * std::abs(values.scale[o]) + std::abs(values.shift[o]));
  return most;
}

}  // namespace mobilith::reference
