#include "calibrate/statistics.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace mobilith::calibration {

namespace {

constexpr size_t samples_of_channel = 512;

ChannelStatistics empty(size_t channels) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {std::vector<double>(channels, infinity), std::vector<double>(channels, -infinity),
          std::vector<double>(channels), std::vector<double>(channels),
          std::vector<std::vector<float>>(channels)};
}

// Which pixels are samples: spread over the image, others in each picture.
std::vector<size_t> sampled_pixels(size_t pixels, size_t pictures, size_t picture) {
  const size_t wanted = std::min(pixels, std::max<size_t>(1, samples_of_channel / pictures));
  std::vector<size_t> chosen;
  for (size_t i = 0; i < wanted; i++) {
    const size_t begin = i * pixels / wanted, end = std::max(begin + 1, (i + 1) * pixels / wanted);
    chosen.push_back(begin + (picture * 40503 + i * 9973) % (end - begin));
  }
  return chosen;
}

void add_means(const Values& values, std::vector<double>& means, double share) {
  const size_t channels = means.size();
  const double each = share * double(channels) / double(values.size());
  for (size_t i = 0; i < values.size(); i++) means[i % channels] += values[i] * each;
}

void add_values(const Values& values, ChannelStatistics& to, size_t pictures, size_t picture) {
  const size_t channels = to.least.size(), pixels = values.size() / channels;
  const double each = 1.0 / double(pixels * pictures);
  for (size_t i = 0; i < values.size(); i++) {
    const size_t c = i % channels;
    to.least[c] = std::min(to.least[c], values[i]);
    to.most[c] = std::max(to.most[c], values[i]);
    to.mean_square[c] += values[i] * values[i] * each;
  }
  for (const size_t pixel : sampled_pixels(pixels, pictures, picture))
    for (size_t c = 0; c < channels; c++) to.samples[c].push_back(float(values[pixel * channels + c]));
}

void merge(const ChannelStatistics& from, ChannelStatistics& to) {
  for (size_t c = 0; c < to.least.size(); c++) {
    to.least[c] = std::min(to.least[c], from.least[c]);
    to.most[c] = std::max(to.most[c], from.most[c]);
    to.mean_square[c] += from.mean_square[c];
    to.mean[c] += from.mean[c];
    to.samples[c].insert(to.samples[c].end(), from.samples[c].begin(), from.samples[c].end());
  }
}

Statistics empty(const FloatNetwork& net) {
  Statistics all{empty(size_t(net.image.channels)), {}};
  for (const Node& node : net.nodes) all.nodes.push_back(empty(node.channels()));
  return all;
}

Statistics of_picture(const FloatNetwork& net, const Pictures& pictures, size_t picture) {
  Statistics all = empty(net);
  const Values image = pictures.picture(picture);
  add_values(image, all.image, pictures.count, picture);
  run(net, image, [&](int index, Values& values) {
    ChannelStatistics& to = all.nodes[size_t(index)];
    add_means(values, to.mean, 1.0 / double(pictures.count));
    keep_within(net.nodes[size_t(index)].bounds, values);
    add_values(values, to, pictures.count, picture);
  });
  return all;
}

}  // namespace

// Sums of floats are in the pictures' order, whichever thread is done first: two runs give the same bytes.
Statistics statistics(const FloatNetwork& net, const Pictures& pictures, const std::function<void()>& seen) {
  Statistics all = empty(net);
  std::vector<Statistics> waiting(pictures.count);
  std::vector<bool> done(pictures.count);
  size_t merged = 0;
  std::mutex mutex;
  for_each(pictures.count, [&](size_t picture) {
    Statistics own = of_picture(net, pictures, picture);
    const std::lock_guard lock(mutex);
    waiting[picture] = std::move(own);
    done[picture] = true;
    for (; merged < pictures.count && done[merged]; merged++) {
      merge(waiting[merged].image, all.image);
      for (size_t i = 0; i < all.nodes.size(); i++) merge(waiting[merged].nodes[i], all.nodes[i]);
      waiting[merged] = {};
    }
    seen();
  });
  return all;
}

}  // namespace mobilith::calibration
