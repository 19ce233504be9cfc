#include <functional>
#include <numeric>

#include "networks/network.h"

namespace mobilith {

namespace {

std::vector<int> no_kernel(const Layer&) { return {}; }

std::vector<int> convolution_kernel(const Layer& l) {
  return {l.window.height, l.window.width, l.in.channels, l.out.channels};
}

std::vector<int> depthwise_kernel(const Layer& l) {
  return {l.window.height, l.window.width, l.in.channels, l.depth_multiplier};
}

std::vector<int> dense_kernel(const Layer& l) {
  if (l.dense_is_convolution) return {1, 1, l.in.channels, l.out.channels};
  return {l.in.height * l.in.width * l.in.channels, l.out.channels};
}

// What every layer of a kind has in common.
struct LayerKindRow {
  LayerKind kind;
  const char* name;
  const char* kernel_role;
  std::vector<int> (*kernel_shape)(const Layer&);
};

constexpr LayerKindRow rows[] = {
    {LayerKind::convolution, "convolution", "kernel", convolution_kernel},
    {LayerKind::depthwise, "depthwise", "depthwise_kernel", depthwise_kernel},
    {LayerKind::dense, "dense", "kernel", dense_kernel},
    {LayerKind::pool, "pool", "", no_kernel},
    {LayerKind::max_pool, "max_pool", "", no_kernel},
    {LayerKind::mean_max_pool, "mean_max_pool", "", no_kernel},
    {LayerKind::window_max_pool, "window_max_pool", "", no_kernel},
    {LayerKind::window_mean_pool, "window_mean_pool", "", no_kernel},
    {LayerKind::add, "add", "", no_kernel},
    {LayerKind::multiply, "multiply", "", no_kernel},
    {LayerKind::softmax, "softmax", "", no_kernel},
    {LayerKind::log_softmax, "log_softmax", "", no_kernel},
    {LayerKind::sigmoid, "sigmoid", "", no_kernel},
    {LayerKind::l2_normalise, "l2_normalise", "", no_kernel},
};

const LayerKindRow& row_of(LayerKind kind) {
  for (const LayerKindRow& row : rows)
    if (row.kind == kind) return row;
  throw std::logic_error("no such kind of layer");
}

int64_t kernel_values(const Layer& layer) {
  const std::vector<int> shape = layer.kernel_shape();
  return shape.empty() ? 0 : std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

}  // namespace

const char* to_string(LayerKind kind) { return row_of(kind).name; }

const char* Layer::kernel_role() const { return row_of(kind).kernel_role; }

std::vector<int> Layer::kernel_shape() const { return row_of(kind).kernel_shape(*this); }

int64_t Layer::params() const {
  return kernel_values(*this) + (bias ? out.channels : 0) +
         (batch_norm.empty() ? 0 : int64_t{4} * out.channels);
}

int64_t Layer::params_deployed() const {
  const int64_t values = kernel_values(*this);
  return values == 0 ? 0 : values + out.channels;
}

int64_t Layer::madds() const { return int64_t{1} * out.height * out.width * kernel_values(*this); }

}  // namespace mobilith
