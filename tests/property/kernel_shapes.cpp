#include <algorithm>

#include "layout/layer_shapes.h"
#include "property/kernel_case.h"

namespace mobilith::property {

namespace {

class Draw {
 public:
  explicit Draw(std::mt19937_64& random) : random_(random) {}

  int between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool one_in(int n) { return between(1, n) == 1; }

  // Half of them a few, and half up to `most`: vectors that are full, nearly empty, and several.
  int channels(int most) { return one_in(2) ? between(1, std::min(most, 20)) : between(1, most); }

  ActivationFunction activation() {
    const auto& rows = activation_rows();
    const ActivationKind kind = rows[size_t(between(0, static_cast<int>(rows.size()) - 1))].kind;
    if (kind != ActivationKind::clamp) return {kind};
    return ActivationFunction::clamp(-1, 2.5f);
  }

  // 1x1 (all of it, or strided), 3x3 and 5x5, or any other; strides from 1 to 3, dilations, and any padding
  // that leaves each window a pixel.
  Window window(bool pointwise, int largest) {
    Window w;
    w.in_height = between(1, largest), w.in_width = between(1, largest);
    w.stride = one_in(2) ? 1 : between(1, 3);
    const int usual = between(0, 2);
    w.kernel_height = pointwise ? 1 : usual < 2 ? 3 + 2 * usual : between(1, 7);
    w.kernel_width = pointwise ? 1 : usual < 2 ? w.kernel_height : between(1, 7);
    if (!pointwise && one_in(4)) w.dilation = between(2, 3);
    const auto place = [&](int in, int kernel, int& pad, int& out) {
      const int extent = (kernel - 1) * w.dilation + 1;
      pad = between(0, extent - 1);
      const int after = std::max(between(0, extent - 1), extent - in - pad);
      out = (in + pad + after - extent) / w.stride + 1;
    };
    place(w.in_height, w.kernel_height, w.pad_top, w.out_height);
    place(w.in_width, w.kernel_width, w.pad_left, w.out_width);
    return w;
  }

 private:
  std::mt19937_64& random_;
};

}  // namespace

nlohmann::json random_shape(const std::string& type, std::mt19937_64& random) {
  Draw draw(random);
  if (type == "convolution") {
    ConvolutionShape s;
    const bool pointwise = !draw.one_in(3);
    s.window = draw.window(pointwise, draw.one_in(5) ? 1 : 15);
    s.in_channels = draw.channels(pointwise ? 200 : 40), s.out_channels = draw.channels(100);
    s.activation = draw.activation();
    s.gated = draw.one_in(2), s.residual = draw.one_in(2), s.direct = draw.one_in(3);
    return s;
  }
  if (type == "depthwise") {
    DepthwiseShape s;
    s.window = draw.window(false, draw.one_in(3) ? 33 : 14);
    s.expand = draw.one_in(2);
    s.in_channels = draw.channels(80);
    s.expanded_channels = s.expand ? draw.channels(200) : s.in_channels * (draw.one_in(3) ? 2 : 1);
    if (!s.expand && draw.one_in(6)) s.expanded_channels = s.in_channels * 3;
    if (s.expand) s.expansion_activation = draw.activation(), s.direct_expansion = draw.one_in(3);
    s.depthwise_activation = draw.activation();
    if (!s.expand) s.infinite_input = draw.one_in(2);
    return s;
  }
  if (type == "gate")
    return GateShape{draw.between(1, 15), draw.between(1, 15), draw.channels(300),
                     draw.channels(90),   draw.activation(),   draw.activation()};
  if (type == "pool") {
    PoolShape s{draw.between(1, 9), draw.between(1, 9), draw.channels(150)};
    if (draw.one_in(2)) s.hidden_channels = draw.channels(150), s.activation = draw.activation();
    s.function = PoolFunction(draw.between(0, 2));
    s.direct = s.hidden_channels > 0 && draw.one_in(3);
    return s;
  }
  if (type == "window_pool") {
    WindowPoolShape s;
    s.channels = draw.channels(60);
    s.function = draw.one_in(2) ? PoolFunction::mean : PoolFunction::maximum;
    Window& w = s.window;
    const auto axis = [&](int& in, int& out, int& kernel, int& pad, int stride) {
      kernel = draw.between(1, 5), in = draw.between(kernel, 15);
      // Each window has a pixel inside, and of a mean all.
      pad = s.function == PoolFunction::mean ? 0 : draw.between(0, kernel - 1);
      const int after = s.function == PoolFunction::mean ? 0 : draw.between(0, kernel - 1);
      out = (in + pad + after - kernel) / stride + 1;
    };
    w.stride = draw.between(1, 3);
    if (draw.one_in(3)) w.other_stride_x = draw.between(1, 3);
    axis(w.in_height, w.out_height, w.kernel_height, w.pad_top, w.stride);
    axis(w.in_width, w.out_width, w.kernel_width, w.pad_left, w.stride_x());
    return s;
  }
  if (type == "dense")
    return DenseShape{draw.channels(300), draw.one_in(2) ? 1 : draw.between(2, 9), draw.channels(400),
                      draw.activation()};
  NormaliseShape s{draw.channels(600), NormaliseFunction(draw.between(0, 3))};
  if (s.function == NormaliseFunction::l2) s.epsilon = draw.one_in(2) ? 1e-6f : draw.one_in(2) ? 0.0f : 1e3f;
  return s;
}

}  // namespace mobilith::property
