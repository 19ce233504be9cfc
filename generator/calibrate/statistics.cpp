#include "calibrate/statistics.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace mobilith::calibration {

namespace {

ChannelStatistics empty(size_t channels) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {std::vector<double>(channels, infinity), std::vector<double>(channels, -infinity),
          std::vector<double>(channels), std::vector<double>(channels)};
}

void add_means(const Values& values, std::vector<double>& means, double share) {
  const size_t channels = means.size();
  const double each = share * double(channels) / double(values.size());
  for (size_t i = 0; i < values.size(); i++) means[i % channels] += values[i] * each;
}

void add_values(const Values& values, ChannelStatistics& to, size_t pictures) {
  const size_t channels = to.least.size(), pixels = values.size() / channels;
  const double each = 1.0 / double(pixels * pictures);
  for (size_t i = 0; i < values.size(); i++) {
    const size_t c = i % channels;
    to.least[c] = std::min(to.least[c], values[i]);
    to.most[c] = std::max(to.most[c], values[i]);
    to.mean_square[c] += values[i] * values[i] * each;
  }
}

void merge(const ChannelStatistics& from, ChannelStatistics& to) {
  for (size_t c = 0; c < to.least.size(); c++) {
    to.least[c] = std::min(to.least[c], from.least[c]);
    to.most[c] = std::max(to.most[c], from.most[c]);
    to.mean_square[c] += from.mean_square[c];
    to.mean[c] += from.mean[c];
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
  add_values(image, all.image, pictures.count);
  run(net, image, [&](int index, Values& values) {
    ChannelStatistics& to = all.nodes[size_t(index)];
    add_means(values, to.mean, 1.0 / double(pictures.count));
    keep_within(net.nodes[size_t(index)].bounds, values);
    add_values(values, to, pictures.count);
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
