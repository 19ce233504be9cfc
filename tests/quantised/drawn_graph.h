// A graph that is drawn operation by operation: what random_network.cpp draws with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace mobilith::testing {

// now: the tensor that the next operation reads.
class DrawnGraph {
 protected:
  explicit DrawnGraph(uint32_t seed) : random_(seed) {
    type_ = seed % 2 ? file::ElementType::i8 : file::ElementType::u8;
    graph_.format = "TFLite";
  }

  int whole(int least, int most) { return least + int(random_() % uint32_t(most - least + 1)); }
  double uniform() { return double(random_() >> 8) / (1 << 24); }
  bool chance(double share) { return uniform() < share; }
  double scale(double least, double most) { return float(least * std::pow(most / least, uniform())); }
  const file::Extents& shape() const { return *graph_.tensors[size_t(now_)].shape; }
  int zero_low() const { return type_ == file::ElementType::i8 ? -128 : 0; }

  int tensor(const file::Extents& e, file::ElementType type, double scale, int zero) {
    file::Tensor t;
    t.name = "t" + std::to_string(graph_.tensors.size());
    t.type = type, t.shape = e;
    if (scale > 0) t.quantisation = {{scale}, {zero}, 0};
    graph_.tensors.push_back(std::move(t));
    return int(graph_.tensors.size()) - 1;
  }

  // A result of this type; about `real` is the largest number that comes.
  int result(const file::Extents& e, double real) {
    // Zero points at the ends, as behind a ReLU, are common.
    const int zero = chance(0.4) ? zero_low() : zero_low() + whole(0, 255);
    return tensor(e, type_, float(real / 255 * std::exp2(uniform() * 2 - 1)), zero);
  }

  template <typename T>
  int constant(const file::Extents& e, file::ElementType type, std::vector<double> scales, int zero, int axis,
               const std::vector<T>& values) {
    const int index = tensor(e, type, 0, 0);
    file::Tensor& t = graph_.tensors[size_t(index)];
    auto bytes = std::make_shared<std::string>(reinterpret_cast<const char*>(values.data()),
                                               values.size() * sizeof(T));
    t.constant = file::Bytes{bytes, *bytes};
    t.quantisation = {scales, std::vector<int64_t>(scales.size(), zero), axis};
    return index;
  }

  void operation(file::OperationKind kind, std::vector<int> inputs, int output, file::Attributes attributes) {
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

  std::vector<double> weight_scales(int outputs) {
    std::vector<double> scales{scale(1e-3, 0.02)};
    if (type_ == file::ElementType::i8 && chance(0.7)) {
      scales.assign(size_t(outputs), 0);
      for (double& s : scales) s = scale(1e-3, 0.02);
    }
    return scales;
  }

  // Weights and bias of `outputs` outputs; the number of products of each.
  std::pair<int, int> weights(const file::Extents& e, int axis, int outputs, int64_t products,
                              double& reach) {
    const std::vector<double> scales = weight_scales(outputs);
    const bool per_channel = scales.size() > 1;
    std::vector<uint8_t> values;
    for (int64_t i = 0; i < products * outputs; i++) values.push_back(uint8_t(random_()));
    const int zero = type_ == file::ElementType::i8 ? 0 : whole(0, 255);
    if (reduce_range_)
      for (uint8_t& value : values) value = in_7_bits(value, zero);
    const int w = constant(e, type_, scales, zero, per_channel ? axis : 0, values);
    std::vector<double> bias_scales;
    for (const double s : scales) bias_scales.push_back(float(float(scale_now()) * float(s)));
    std::vector<int32_t> bias;
    for (int o = 0; o < outputs; o++) bias.push_back(whole(-20000, 20000));
    const int b = constant({outputs}, file::ElementType::i32, bias_scales, 0, 0, bias);
    reach = scale_now() * scales[0] * 100 * 100 * std::sqrt(double(products)) * 2;
    return {w, b};
  }

  // A weight from -64 to 64 for any other.
  uint8_t in_7_bits(uint8_t value, int zero) const {
    if (type_ == file::ElementType::i8) return uint8_t(int8_t(value) / 2);
    return uint8_t(std::clamp(zero + (int{value} - zero) / 4, 0, 255));
  }

  file::ElementType type_;
  bool reduce_range_ = false;
  file::Graph graph_;
  int now_ = -1;

 private:
  std::mt19937 random_;
};

}  // namespace mobilith::testing
