#include "reference/quantised.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "reference/reference.h"

namespace mobilith::reference {

namespace {

// x times mantissa / 2^31 * 2^shift, rounded twice, halves up and then away from 0.
int64_t times(int64_t x, int64_t mantissa, int shift) {
  const int left = std::max(shift, 0), right = std::max(-shift, 0);
  const auto half = static_cast<double>((x << left) * mantissa);
  const auto high = static_cast<int64_t>(std::floor(std::ldexp(half, -31) + 0.5));
  const double share = std::ldexp(static_cast<double>(high), -right);
  return static_cast<int64_t>(share < 0 ? std::ceil(share - 0.5) : std::floor(share + 0.5));
}

const Numbers& constant(const Quantised& what, const char* name) { return what.constants.at(name); }

double rescaled(const Quantised& what, int64_t sum, size_t o) {
  const Numbers& limits = constant(what, "limits");
  const double zero = limits[0];
  double places = 0;
  switch (what.rescale) {
    case Rescale::floating: {
      const float product = static_cast<float>(sum) * static_cast<float>(constant(what, "factors")[o]);
      places = std::nearbyint(std::clamp<double>(product, limits[1] - zero, limits[2] - zero));
      break;
    }
    case Rescale::integer:
      places = static_cast<double>(times(sum, static_cast<int64_t>(constant(what, "mantissas")[o]),
                                         static_cast<int>(constant(what, "shifts")[o])));
      break;
    case Rescale::real:
      places = std::round(static_cast<double>(sum) * constant(what, "factors")[o]);
      break;
    case Rescale::none:
    case Rescale::onnx:  // products have `floating`
      throw std::logic_error("sums that are not rescaled");
  }
  return std::clamp(places + zero, limits[1], limits[2]);
}

}  // namespace

std::vector<double> formula_bytes(const Network& network) {
  std::vector<double> image = formula_input(network.image()).values;
  const int offset = network.image_type == ElementType::i8 ? signed_offset : 0;
  for (double& value : image) value = std::floor((value + 1) / 2 * 255.999) - offset;
  return image;
}

std::vector<double> run_quantised(const Network& network, const std::vector<double>& image) {
  const Block& block = network.blocks.back();
  const Quantised& what = *block.quantised;
  const bool depthwise = what.kind == QuantisedKind::depthwise;
  if (!depthwise && what.kind != QuantisedKind::convolution)
    throw std::logic_error("no reference of this operation of whole numbers");
  const Layer& layer = block.layers.front();
  const auto& [window, in, out] = std::tie(layer.window, layer.in, layer.out);
  const int offset = network.image_type == ElementType::i8 ? signed_offset : 0;
  const double outside = constant(what, "limits")[3];
  const int multiplier = depthwise ? out.channels / in.channels : 1;
  std::vector<double> result;
  for (int y = 0; y < out.height; y++)
    for (int x = 0; x < out.width; x++)
      for (int o = 0; o < out.channels; o++) {
        auto sum = static_cast<int64_t>(constant(what, "bias")[static_cast<size_t>(o)]);
        for (int i = 0; i < window.height; i++)
          for (int j = 0; j < window.width; j++) {
            const int row = y * window.stride - window.pads.top + i * window.dilation;
            const int column = x * window.stride_x() - window.pads.left + j * window.dilation;
            const bool inside = row >= 0 && row < in.height && column >= 0 && column < in.width;
            const int first = depthwise ? o / multiplier : 0, last = depthwise ? first + 1 : in.channels;
            for (int c = first; c < last; c++) {
              const size_t pixel =
                  static_cast<size_t>(inside ? (row * in.width + column) * in.channels + c : 0);
              const auto byte = static_cast<int64_t>(inside ? image[pixel] + offset : outside);
              const int tap = i * window.width + j;
              const int at = depthwise ? tap * out.channels + o : (tap * in.channels + c) * out.channels + o;
              sum += byte * what.weights[static_cast<size_t>(at)];
            }
          }
        result.push_back(rescaled(what, sum, static_cast<size_t>(o)));
      }
  return result;
}

}  // namespace mobilith::reference
