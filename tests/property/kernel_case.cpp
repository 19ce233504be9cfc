#include "property/kernel_case.h"

#include <algorithm>
#include <cmath>

#include "layout/layer_layouts.h"
#include "networks/sixteen_bits.h"
#include "plan/packing.h"
#include "plan/pairing.h"
#include "schedules/kernel_types.h"

namespace mobilith::property {

namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

Floats random_floats(std::mt19937_64& random, size_t count, double low, double high) {
  std::uniform_real_distribution<float> values(static_cast<float>(low), static_cast<float>(high));
  Floats all(count);
  for (float& value : all) value = values(random);
  return all;
}

// What is computed of values: double all the way.
struct Image {
  int height, width, channels;
  Doubles values;  // (y, x, c)
  double at(int y, int x, int c) const {
    if (y < 0 || y >= height || x < 0 || x >= width) return 0;
    return values[(size_t{1} * y * width + x) * channels + c];
  }
};

// Padding is what a sigmoid leaves.
Floats stored(const Image& image, const Channels& channels) {
  const size_t pixels = size_t{1} * image.height * image.width;
  Floats all(pixels * channels.stored(), 0.5f);
  for (size_t p = 0; p < pixels; p++)
    for (int c = 0; c < image.channels; c++)
      all[p * channels.stored() + c] = static_cast<float>(image.values[p * image.channels + c]);
  return all;
}

Image random_image(std::mt19937_64& random, int height, int width, int channels, double low = -2,
                   double high = 4) {
  const Floats values = random_floats(random, size_t{1} * height * width * channels, low, high);
  return {height, width, channels, Doubles(values.begin(), values.end())};
}

// What a kernel with one special value reads.
Image input_image(std::mt19937_64& random, int height, int width, int channels,
                  std::optional<double> special) {
  Image image = random_image(random, height, width, channels);
  if (special)
    image.values[std::uniform_int_distribution<size_t>(0, image.values.size() - 1)(random)] = *special;
  return image;
}

// Weights of sums of `terms` values, such as the machine stores.
Floats random_weights(std::mt19937_64& random, size_t count, int terms, const Machine& machine) {
  const double size = 1 / std::sqrt(double(terms));
  Floats weights = random_floats(random, count, -size, size);
  for (float& weight : weights) weight = rounded(weight, weights_type(machine));
  return weights;
}

ChannelSizes sizes_of(int channels) {
  const std::vector<Spread> spreads(size_t(channels), Spread{1, 3});
  return {spreads, spreads};
}

// The constants of a product with a matrix, under the names that Pointwise::constants() have.
void add_product(KernelCase& one, const std::string& prefix, const Floats& kernel, const Floats& bias,
                 const Matrix& matrix) {
  Pairing pairs;
  if (matrix.multiplication == Multiplication::winograd)
    pairs = pairing(kernel, bias, sizes_of(matrix.in.count), matrix.pair_group);
  std::vector<Packed> packed = scheme_of(matrix).pack(kernel, bias, matrix, pairs);
  constexpr const char* names[] = {"weights", "bias", "centre"};
  for (size_t i = 0; i < packed.size(); i++) one.spec.operands[prefix + names[i]] = packed[i];
}

// kernel: (row, column, in, out)
Image convolved(const Image& in, const Window& w, int out, const Floats& kernel, const Floats& bias,
                const ActivationFunction& activation) {
  Image result{w.out_height, w.out_width, out, {}};
  for (int y = 0; y < w.out_height; y++)
    for (int x = 0; x < w.out_width; x++) {
      Doubles sums(bias.begin(), bias.end());
      for (int i = 0; i < w.kernel_height; i++)
        for (int j = 0; j < w.kernel_width; j++)
          for (int c = 0; c < in.channels; c++) {
            const double value = in.at(w.stride * y - w.pad_top + w.dilation * i,
                                       w.stride * x - w.pad_left + w.dilation * j, c);
            const float* row = &kernel[((size_t{1} * i * w.kernel_width + j) * in.channels + c) * out];
            for (int o = 0; o < out; o++) sums[o] += value * row[o];
          }
      for (double sum : sums) result.values.push_back(value_of(activation, sum));
    }
  return result;
}

// kernel: (row, column, out channel), out channel c * multiplier + j.
Image convolved_depthwise(const Image& in, const Window& w, int out, const Floats& kernel, const Floats& bias,
                          const ActivationFunction& activation) {
  Image result{w.out_height, w.out_width, out, {}};
  for (int y = 0; y < w.out_height; y++)
    for (int x = 0; x < w.out_width; x++)
      for (int o = 0; o < out; o++) {
        double sum = bias[o];
        for (int i = 0; i < w.kernel_height; i++)
          for (int j = 0; j < w.kernel_width; j++)
            sum += in.at(w.stride * y - w.pad_top + w.dilation * i,
                         w.stride * x - w.pad_left + w.dilation * j, o / (out / in.channels)) *
                   kernel[(size_t{1} * i * w.kernel_width + j) * out + o];
        result.values.push_back(value_of(activation, sum));
      }
  return result;
}

// Of one vector. kernel: (k, out)
Doubles product(const Doubles& in, int out, const Floats& kernel, const Floats& bias,
                const ActivationFunction& activation) {
  const Window one{1, 1, 1, 1, 1, 0, 0, 1, 1};
  return convolved({1, 1, static_cast<int>(in.size()), in}, one, out, kernel, bias, activation).values;
}

Window pointwise_window(int height, int width) { return {height, width, height, width, 1, 0, 0, 1, 1}; }

void fill(KernelCase& one, const ConvolutionShape& s, const Machine& machine, std::mt19937_64& random,
          std::optional<double> special) {
  const ConvolutionLayout layout = layout_of(s, machine);
  const Window& w = s.window;
  const int k = w.taps() * s.in_channels;
  Image in = input_image(random, w.in_height, w.in_width, s.in_channels, special);
  one.input = stored(in, layout.in);
  const Floats kernel = random_weights(random, size_t{1} * k * s.out_channels, k, machine),
               bias = random_floats(random, s.out_channels, -1, 1);
  if (s.gated) {
    const Image gate = random_image(random, 1, 1, s.in_channels, 0, 1);
    one.spec.operands["gate"] = stored(gate, layout.in);
    for (size_t i = 0; i < in.values.size(); i++) in.values[i] *= gate.values[i % s.in_channels];
  }
  if (s.pointwise()) {
    add_product(one, "", kernel, bias, layout.products);
  } else {
    one.spec.operands["weights"] = pack_matrix(kernel, k, layout.out);
    one.spec.operands["bias"] = pack_channels(bias, layout.out);
  }
  Image out = convolved(in, w, s.out_channels, kernel, bias, s.activation);
  if (s.residual) {
    const Image addend = random_image(random, w.out_height, w.out_width, s.out_channels);
    one.spec.operands["addend"] = stored(addend, layout.out);
    for (size_t i = 0; i < out.values.size(); i++) out.values[i] += addend.values[i];
  }
  one.expected = out.values, one.channels = s.out_channels, one.stored = layout.out.stored();
}

void fill(KernelCase& one, const DepthwiseShape& s, const Machine& machine, std::mt19937_64& random,
          std::optional<double> special) {
  const DepthwiseLayout layout = layout_of(s, machine);
  const Window& w = s.window;
  Image in = input_image(random, w.in_height, w.in_width, s.in_channels, special);
  one.input = stored(in, layout.in);
  if (s.expand) {
    const Floats kernel = random_weights(random, size_t{1} * s.in_channels * s.expanded_channels,
                                         s.in_channels, machine),
                 bias = random_floats(random, s.expanded_channels, -1, 1);
    add_product(one, "expand_", kernel, bias, layout.expand);
    in = convolved(in, pointwise_window(w.in_height, w.in_width), s.expanded_channels, kernel, bias,
                   s.expansion_activation);
  }
  const Floats kernel = random_weights(random, size_t{1} * w.taps() * s.expanded_channels, w.taps(), machine),
               bias = random_floats(random, s.expanded_channels, -1, 1);
  one.spec.operands["depthwise_weights"] = pack_depthwise(kernel, layout.middle, 1);
  one.spec.operands["depthwise_bias"] = pack_channels(bias, layout.middle);
  one.expected = convolved_depthwise(in, w, s.expanded_channels, kernel, bias, s.depthwise_activation).values;
  one.channels = s.expanded_channels, one.stored = layout.middle.stored();
}

void fill(KernelCase& one, const GateShape& s, const Machine& machine, std::mt19937_64& random) {
  const GateLayout layout = layout_of(s, machine);
  const Image in = random_image(random, s.height, s.width, s.channels);
  one.input = stored(in, layout.channels);
  const Floats squeeze = random_weights(random, size_t{1} * s.channels * s.hidden, 4, machine),
               squeeze_bias = random_floats(random, s.hidden, -1, 1),
               excite = random_weights(random, size_t{1} * s.channels * s.hidden, s.hidden, machine),
               excite_bias = random_floats(random, s.channels, -1, 1);
  one.spec.operands["squeeze_weights"] = pack_matrix(squeeze, s.channels, layout.hidden);
  one.spec.operands["squeeze_bias"] = pack_channels(squeeze_bias, layout.hidden);
  one.spec.operands["excite_weights"] = pack_matrix(excite, s.hidden, layout.channels);
  one.spec.operands["excite_bias"] = pack_channels(excite_bias, layout.channels);
  Doubles mean(s.channels, 0.0);
  for (size_t i = 0; i < in.values.size(); i++) mean[i % s.channels] += in.values[i] / (s.height * s.width);
  const Doubles hidden = product(mean, s.hidden, squeeze, squeeze_bias, s.hidden_activation);
  one.expected = product(hidden, s.channels, excite, excite_bias, s.output_activation);
  one.channels = s.channels, one.stored = layout.channels.stored();
}

void fill(KernelCase& one, const PoolShape& s, const Machine& machine, std::mt19937_64& random,
          std::optional<double> special) {
  const PoolLayout layout = layout_of(s, machine);
  Image in = input_image(random, s.height, s.width, s.in_channels, special);
  one.input = stored(in, layout.in);
  if (s.hidden_channels > 0) {
    const Floats kernel = random_weights(random, size_t{1} * s.in_channels * s.hidden_channels, s.in_channels,
                                         machine),
                 bias = random_floats(random, s.hidden_channels, -1, 1);
    add_product(one, "", kernel, bias, layout.convolution);
    in = convolved(in, pointwise_window(s.height, s.width), s.hidden_channels, kernel, bias, s.activation);
  }
  const int channels = s.features(), pixels = s.height * s.width;
  Doubles mean(channels, 0.0), largest(channels, -INFINITY);
  for (size_t i = 0; i < in.values.size(); i++) {
    mean[i % channels] += in.values[i] / pixels;
    double& most = largest[i % channels];
    if (!std::isnan(most) && !(in.values[i] <= most)) most = in.values[i];  // NaN stays
  }
  if (s.function != PoolFunction::maximum) one.expected = mean;
  if (s.function != PoolFunction::mean)
    one.expected.insert(one.expected.end(), largest.begin(), largest.end());
  one.channels = channels, one.stored = layout.features.stored();
}

void fill(KernelCase& one, const WindowPoolShape& s, const Machine& machine, std::mt19937_64& random,
          std::optional<double> special) {
  const Channels channels = channels_of(s.channels, machine);
  const Window& w = s.window;
  const Image in = input_image(random, w.in_height, w.in_width, s.channels, special);
  one.input = stored(in, channels);
  for (int y = 0; y < w.out_height; y++)
    for (int x = 0; x < w.out_width; x++)
      for (int c = 0; c < s.channels; c++) {
        double sum = 0, most = -INFINITY;
        for (int tap = 0; tap < w.taps(); tap++) {
          const int from_y = y * w.stride + tap / w.kernel_width - w.pad_top,
                    from_x = x * w.stride_x() + tap % w.kernel_width - w.pad_left;
          if (from_y < 0 || from_x < 0 || from_y >= w.in_height || from_x >= w.in_width) continue;
          const double value = in.values[(size_t(from_y) * w.in_width + from_x) * s.channels + c];
          sum += value;
          if (!std::isnan(most) && !(value <= most)) most = value;  // NaN stays
        }
        one.expected.push_back(s.function == PoolFunction::mean ? sum / w.taps() : most);
      }
  one.channels = s.channels, one.stored = channels.stored();
}

void fill(KernelCase& one, const DenseShape& s, const Machine& machine, std::mt19937_64& random) {
  const DenseLayout layout = layout_of(s, machine);
  const Image in = random_image(random, 1, s.runs, s.in_channels);
  one.input = stored(in, layout.in);
  const int k = s.runs * s.in_channels;
  const Floats kernel = random_weights(random, size_t{1} * k * s.out_channels, k, machine),
               bias = random_floats(random, s.out_channels, -1, 1);
  one.spec.operands["weights"] = pack_dense(kernel, layout);
  one.spec.operands["bias"] = pack_channels(bias, layout.out);
  one.expected = product(in.values, s.out_channels, kernel, bias, s.activation);
  one.channels = s.out_channels, one.stored = layout.out.stored();
}

void fill(KernelCase& one, const NormaliseShape& s, const Machine& machine, std::mt19937_64& random) {
  const NormaliseLayout layout = layout_of(s, machine);
  const Image in = random_image(random, 1, 1, s.channels);
  one.input = stored(in, layout.channels);
  double sum = 0, largest = -INFINITY;
  for (double x : in.values) largest = std::max(largest, x);
  for (double x : in.values) sum += s.function == NormaliseFunction::l2 ? x * x : std::exp(x - largest);
  const double norm = std::max(std::sqrt(sum), double{s.epsilon});
  for (double x : in.values)
    one.expected.push_back(s.function == NormaliseFunction::softmax       ? std::exp(x - largest) / sum
                           : s.function == NormaliseFunction::log_softmax ? x - largest - std::log(sum)
                           : s.function == NormaliseFunction::sigmoid     ? 1 / (1 + std::exp(-x))
                                                                          : x / norm);
  one.channels = s.channels, one.stored = layout.channels.stored();
}

}  // namespace

std::vector<std::string> layer_types() {
  return {"convolution", "depthwise", "gate", "pool", "dense", "normalise", "window_pool"};
}

KernelCase kernel_case(const std::string& type, const nlohmann::json& shape, const Machine& machine,
                       std::mt19937_64& random, std::optional<double> special) {
  KernelCase one;
  one.spec.type = type, one.spec.shape = shape;
  one.spec.schedule = kernel_type(type).default_schedule(shape, machine);
  if (type == "convolution") fill(one, shape.get<ConvolutionShape>(), machine, random, special);
  if (type == "depthwise") fill(one, shape.get<DepthwiseShape>(), machine, random, special);
  if (type == "gate") fill(one, shape.get<GateShape>(), machine, random);
  if (type == "pool") fill(one, shape.get<PoolShape>(), machine, random, special);
  if (type == "window_pool") fill(one, shape.get<WindowPoolShape>(), machine, random, special);
  if (type == "dense") fill(one, shape.get<DenseShape>(), machine, random);
  if (type == "normalise") fill(one, shape.get<NormaliseShape>(), machine, random);
  one.spec.output_floats = one.expected.size() / size_t(one.channels) * size_t(one.stored);
  return one;
}

}  // namespace mobilith::property
