#include "explore/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explore/chart_parts.h"
#include "explore/label_places.h"
#include "html/page.h"

namespace mobilith::explore {

namespace {

using html::escaped;

// Pixels.
constexpr double width = 960, left = 72, right = 24, plot_height = 500, bottom = 52, legend_row = 22;
constexpr double marker = 11, label_height = 13;

// Labels' widths as fonts without serifs have them, on the safe side.
double width_of(const std::string& text) { return 6.6 * static_cast<double>(text.size()) + 2; }

std::string tip(const Exploration& all, const Explored& network) {
  const Costs& costs = *network.costs;
  constexpr double megabyte = 1 << 20;
  std::string words =
      fmt::format("{}: {}{}, {:.1f} % top-1", title(network.configuration), time_text(costs.least),
                  all.predicted() ? " predicted" : "", network.top1());
  words += fmt::format(", library {:.2f} MB, memory {:.2f} MB, {:.0f} M multiply-adds",
                       static_cast<double>(costs.library_bytes) / megabyte,
                       static_cast<double>(costs.memory_bytes()) / megabyte,
                       static_cast<double>(network.madds) / 1e6);
  if (network.front) words += "; on the front";
  return words;
}

// From points to pixels.
class Plot {
 public:
  Plot(const std::vector<const Explored*>& points, double budget, double top) : top_(top) {
    double fastest = budget > 0 ? budget : 1e9, slowest = budget, worst = 100, best = 0;
    for (const Explored* p : points) {
      fastest = std::min(fastest, p->costs->least), slowest = std::max(slowest, p->costs->least);
      worst = std::min(worst, p->top1()), best = std::max(best, p->top1());
    }
    first_ = std::log10(fastest) - 0.06, last_ = std::log10(slowest) + 0.14;
    low_ = 5 * std::floor((worst - 1) / 5), high_ = 5 * std::ceil((best + 1) / 5);
  }
  double x(double seconds) const {
    return left + (width - left - right) * (std::log10(seconds) - first_) / (last_ - first_);
  }
  double y(double percent) const { return top_ + plot_height * (high_ - percent) / (high_ - low_); }
  double low() const { return low_; }
  double high() const { return high_; }
  Box area() const { return {left, top_, width - left - right, plot_height}; }
  // The times of the axis: 1, 2 and 5 times powers of ten, more of them where there are few powers.
  std::vector<double> times() const {
    std::vector<double> digits{1, 2, 5};
    if (last_ - first_ < 0.8) digits = {1, 1.5, 2, 3, 4, 5, 7};
    std::vector<double> found;
    for (int power = static_cast<int>(std::floor(first_)); power <= last_; power++)
      for (const double digit : digits)
        if (const double at = std::log10(digit) + power; at >= first_ && at <= last_)
          found.push_back(std::pow(10, at));
    return found;
  }

 private:
  double first_, last_, low_, high_, top_;
};

std::string axes(const Plot& plot, const Exploration& all) {
  const Box area = plot.area();
  std::string svg;
  for (const double seconds : plot.times()) {
    const double x = plot.x(seconds);
    svg += line(x, area.top, x, area.bottom(), "grid");
    svg += words(x, area.bottom() + 17, "tick middle",
                 seconds < 0.9995e-3 ? fmt::format("{:g} us", std::round(1e6 * seconds))
                                     : fmt::format("{:g} ms", std::round(1e4 * seconds) / 10));
  }
  for (double percent = plot.low(); percent <= plot.high() + 0.1; percent += 5) {
    svg += line(area.left, plot.y(percent), area.right(), plot.y(percent), "grid");
    svg += words(area.left - 8, plot.y(percent) + 4, "tick end", fmt::format("{:.0f} %", percent));
  }
  svg += words(area.right(), area.bottom() + 40, "tick end",
               all.predicted() ? fmt::format("time of one run, predicted, at {:g} GHz", all.gigahertz)
                               : "time of one run, the best");
  return svg + words_upright(16, area.top + area.height / 2, "tick middle", "ImageNet top-1, as published");
}

// The label's place beside the line, on the side that has room.
Box budget_label(const Plot& plot, double budget) {
  const double x = plot.x(budget), width = width_of("budget " + budget_text(budget));
  const bool right_of_it = x + 8 + width < plot.area().right();
  return {right_of_it ? x + 6 : x - 6 - width, plot.area().top + 4, width, label_height};
}

std::string budget_line(const Plot& plot, double budget) {
  const Box area = plot.area(), label = budget_label(plot, budget);
  const double x = plot.x(budget);
  return fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' class='beyond'/>\n", x,
                     area.top, std::max(0.0, area.right() - x), area.height) +
         line(x, area.top, x, area.bottom(), "budget") +
         words(label.left + label.width / 2, label.bottom() - 3, "label middle",
               "budget " + budget_text(budget));
}

// Along the front: to the right until a more accurate network is there, then up to it.
std::vector<std::pair<double, double>> front_corners(const Plot& plot,
                                                     const std::vector<const Explored*>& points) {
  std::vector<std::pair<double, double>> corners;
  for (const Explored* p : points) {
    if (!p->front) continue;
    const double x = plot.x(p->costs->least), y = plot.y(p->top1());
    if (!corners.empty()) corners.emplace_back(x, corners.back().second);
    corners.emplace_back(x, y);
  }
  if (!corners.empty()) corners.emplace_back(plot.area().right(), corners.back().second);
  return corners;
}

std::string front_line(const std::vector<std::pair<double, double>>& corners) {
  std::string path;
  for (const auto& [x, y] : corners) path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
  return path.empty() ? "" : fmt::format("<path d='{}' class='front'/>\n", path);
}

// What labels keep off.
std::vector<Box> lines_drawn(const Plot& plot, const std::vector<std::pair<double, double>>& corners,
                             double budget) {
  std::vector<Box> boxes;
  for (size_t i = 1; i < corners.size(); i++) {
    const auto [from, to] = std::minmax({corners[i - 1].first, corners[i].first});
    const auto [high, low] = std::minmax({corners[i - 1].second, corners[i].second});
    boxes.push_back({from - 1, high - 1, to - from + 2, low - high + 2});
  }
  if (budget > 0) {
    boxes.push_back({plot.x(budget) - 2, plot.area().top, 4, plot.area().height});
    boxes.push_back(budget_label(plot, budget));
  }
  return boxes;
}

// Where the network stands among those that are drawn: its colour and shape.
size_t series_of(const Explored& network, const std::vector<std::string>& nets) {
  return static_cast<size_t>(std::find(nets.begin(), nets.end(), network.configuration.net) - nets.begin());
}

std::string labels(const Plot& plot, std::vector<const Explored*> points,
                   const std::vector<std::string>& nets, const std::vector<Box>& taken) {
  // Those on the front choose their places first, then the more accurate.
  std::stable_sort(points.begin(), points.end(), [](const Explored* a, const Explored* b) {
    return std::pair(!a->front, -a->top1()) < std::pair(!b->front, -b->top1());
  });
  std::vector<LabelWanted> wanted;
  std::vector<std::string> texts;
  for (const Explored* p : points) {
    const std::string name = title(p->configuration);
    texts.push_back(name.substr(name.rfind(' ') + 1));  // the colour says the family
    wanted.push_back({plot.x(p->costs->least), plot.y(p->top1()), width_of(texts.back()), label_height});
  }
  std::string svg;
  const std::vector<std::optional<Box>> places = place_labels(wanted, plot.area(), marker, taken);
  for (size_t i = 0; i < places.size(); i++) {
    if (!places[i]) continue;
    const Box& box = *places[i];
    const double near_x = std::clamp(wanted[i].x, box.left, box.right()),
                 near_y = std::clamp(wanted[i].y, box.top, box.bottom());
    if (std::hypot(near_x - wanted[i].x, near_y - wanted[i].y) > marker)
      svg += line(wanted[i].x, wanted[i].y, near_x, near_y, "leader");
    svg += words(box.left + box.width / 2, box.bottom() - 3,
                 label_kind(series_of(*points[i], nets), points[i]->front).c_str(), texts[i]);
  }
  return svg;
}

std::string legend(const std::vector<std::string>& nets, double y) {
  std::string svg;
  double x = left + 8;
  for (size_t i = 0; i < nets.size(); i++) {
    svg += point(x, y - 4, i, true, "");
    svg += words(x + 11, y, "label", family(nets[i]));
    x += 34 + width_of(family(nets[i]));
  }
  svg += fmt::format("<path d='M{:.1f} {:.1f}h26' class='front'/>\n", x - 6, y - 4);
  return svg + words(x + 26, y, "label", "Pareto front");
}

}  // namespace

std::string subject(const Exploration& all) {
  const std::string threads = fmt::format("{} thread{}", all.threads, all.threads == 1 ? "" : "s");
  if (all.predicted())
    return fmt::format("predicted for {} on {} at {:g} GHz, {}, {}", all.cpu, all.platform, all.gigahertz,
                       threads, all.dtype);
  return fmt::format("{}, code for {}, {}, {}", all.machine, all.cpu, threads, all.dtype);
}

namespace {

std::string drawn(const Exploration& all, bool alone) {
  std::vector<const Explored*> points = all.by_time();
  std::erase_if(points, [](const Explored* p) { return p->top1() <= 0; });
  const double head = alone ? 50 : 6, top = head + legend_row;
  const Plot plot(points, all.budget, top);
  std::string svg = svg_start(width, top + plot_height + bottom, alone);
  if (alone) {
    svg += words(left, 24, "heading", "MobileNets: accuracy over time");
    svg += words(left, 42, "tick", fmt::format("{}, {}", subject(all), all.dates()));
  }
  if (points.empty())
    return svg + words(left, top + 30, "label", "no network has a time and an accuracy") + "</svg>\n";
  std::vector<std::string> nets;  // those that are there, in the tables' order
  for (const std::string& net : network_names())
    if (std::any_of(points.begin(), points.end(),
                    [&](const Explored* p) { return p->configuration.net == net; }))
      nets.push_back(net);
  svg += axes(plot, all) + legend(nets, head + 8);
  if (all.budget > 0) svg += budget_line(plot, all.budget);
  const auto corners = front_corners(plot, points);
  svg += front_line(corners);
  for (const Explored* p : points) {
    svg += point(plot.x(p->costs->least), plot.y(p->top1()), series_of(*p, nets), p->front, tip(all, *p));
  }
  return svg + labels(plot, points, nets, lines_drawn(plot, corners, all.budget)) + "</svg>\n";
}

}  // namespace

std::string chart(const Exploration& all) { return drawn(all, false); }
std::string svg_file(const Exploration& all) { return drawn(all, true); }

}  // namespace mobilith::explore
