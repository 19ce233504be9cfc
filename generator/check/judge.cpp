#include "check/judge.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <numeric>

#include "reference/narrowed.h"

namespace mobilith::check {

namespace {

// As far as a float can tell: both beyond its range, or both no number, is no difference.
double apart(float found, double expected) {
  if (found == static_cast<float>(expected) || (std::isnan(found) && std::isnan(expected))) return 0;
  const double difference = std::abs(found - expected);
  return std::isnan(difference) ? INFINITY : difference;
}

Difference largest_difference(const std::vector<float>& found, const std::vector<double>& expected,
                              double least_scale) {
  Difference worst;
  if (found.size() != expected.size()) return {INFINITY, 0, 0, 0};
  double difference = 0, scale = least_scale;
  for (size_t i = 0; i < found.size(); i++) {
    if (std::isfinite(expected[i])) scale = std::max(scale, std::abs(expected[i]));
    const double d = apart(found[i], expected[i]);
    if (d > difference) difference = d, worst = {0, i, found[i], expected[i]};
  }
  worst.share = difference > 0 ? difference / scale : 0;
  return worst;
}

bool ends_in_function(const Block& block) {
  const LayerKind last = block.layers.back().kind;
  return last == LayerKind::softmax || last == LayerKind::sigmoid;
}

reference::Activation activation(const Shape& shape, const std::vector<float>& values) {
  return {shape, std::vector<double>(values.begin(), values.end())};
}

// Where terms of size 1 cancel, a sound float result is off by some 1e-7, however small it is itself: a block
// whose values are less than a hundredth of its terms (a single logit near zero, or all values cut off by a
// ReLU) is measured by that hundredth. What moves a logit by d moves a probability p by up to 2 p d.
double least_scale(double magnitude, const std::vector<double>& expected, bool function) {
  constexpr double hundredth = 0.01;
  if (!function) return hundredth * magnitude;
  return 2 * hundredth * magnitude * *std::max_element(expected.begin(), expected.end());
}

Difference difference(const std::vector<reference::PreparedBlock>& blocks, size_t index,
                      const std::vector<float>& image, const BlockOutputs& outputs, ElementType factors) {
  const reference::PreparedBlock& block = blocks[index];
  std::vector<int> from = block.block.inputs;
  if (from.empty()) from = {static_cast<int>(index) - 1};
  std::vector<reference::Activation> read;
  for (const int b : from)
    if (b < 0)
      read.push_back(activation(blocks.front().block.in(), image));
    else
      read.push_back(activation(blocks[size_t(b)].block.out(), outputs[size_t(b)]));
  std::vector<const reference::Activation*> inputs;
  for (const reference::Activation& one : read) inputs.push_back(&one);
  double magnitude = 0;
  const reference::Activation expected =
      factors != ElementType::f32 ? reference::run_narrowed(factors, block, inputs, &magnitude)
                                  : reference::run_block(block, inputs, /*logits=*/false, &magnitude);
  const double least = least_scale(magnitude, expected.values, ends_in_function(block.block));
  return largest_difference(outputs[index], expected.values, std::isfinite(least) ? least : 0);
}

}  // namespace

std::vector<Difference> differences(const std::vector<reference::PreparedBlock>& blocks,
                                    const std::vector<float>& input, const BlockOutputs& outputs,
                                    ElementType factors, int threads, const std::function<void()>& done) {
  std::vector<size_t> order(
      blocks.size());  // the longest first, so that no thread is alone with one at the end
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return blocks[a].block.madds() > blocks[b].block.madds(); });
  std::vector<Difference> result(blocks.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i; (i = next++) < order.size(); done()) {
      const size_t b = order[i];
      result[b] = difference(blocks, b, input, outputs, factors);
    }
  };
  std::vector<std::future<void>> workers;
  for (int i = 1; i < std::min(threads, static_cast<int>(blocks.size())); i++)
    workers.push_back(std::async(std::launch::async, work));
  work();
  for (std::future<void>& worker : workers) worker.get();
  return result;
}

}  // namespace mobilith::check
