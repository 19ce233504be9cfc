#include <algorithm>
#include <mutex>

#include "calibrate/statistics.h"

namespace mobilith::calibration {

namespace {

constexpr size_t bins = 4096;

Histogram empty(const ChannelStatistics& s) {
  return {*std::min_element(s.least.begin(), s.least.end()), *std::max_element(s.most.begin(), s.most.end()),
          std::vector<uint32_t>(bins)};
}

void count(const Values& values, Histogram& to) {
  const double width = to.most - to.least, factor = width > 0 ? double(bins) / width : 0;
  for (const double value : values)
    to.counts[size_t(std::clamp((value - to.least) * factor, 0.0, double(bins - 1)))]++;
}

Histograms empty(const Statistics& statistics) {
  Histograms all{empty(statistics.image), {}};
  for (const ChannelStatistics& s : statistics.nodes) all.nodes.push_back(empty(s));
  return all;
}

void merge(const Histogram& from, Histogram& to) {
  for (size_t i = 0; i < bins; i++) to.counts[i] += from.counts[i];
}

}  // namespace

Histograms histograms(const FloatNetwork& net, const Statistics& statistics, const Pictures& pictures,
                      const std::function<void()>& seen) {
  Histograms all = empty(statistics);
  std::mutex mutex;
  for_each(pictures.count, [&](size_t picture) {
    Histograms own = empty(statistics);
    const Values image = pictures.picture(picture);
    count(image, own.image);
    run(net, image, [&](int index, Values& values) {
      keep_within(net.nodes[size_t(index)].bounds, values);
      count(values, own.nodes[size_t(index)]);
    });
    const std::lock_guard lock(mutex);
    merge(own.image, all.image);
    for (size_t i = 0; i < all.nodes.size(); i++) merge(own.nodes[i], all.nodes[i]);
    seen();
  });
  return all;
}

}  // namespace mobilith::calibration
