#include "tune/report_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "html/drawing.h"
#include "html/page.h"

namespace mobilith::tune {

namespace {

using html::escaped, html::text;

// Pixels.
constexpr int label = 330, bars = 460, row = 34, gain_column = 110, head = 26;
constexpr int course_width = 340, course_height = 150, left = 46, right = 8, top = 8, bottom = 22;

std::string share_bar(double y, double share, const char* kind, const std::string& tip) {
  return html::bar(label, y, std::max(1.0, bars * std::min(share, 1.0)), 10, kind, tip);
}

}  // namespace

std::string share_chart(const TuningResult& result) {
  const int height = head + row * static_cast<int>(result.kernels.size()) + 6;
  std::string svg = html::svg(label + bars + gain_column, height);
  // Paired products go beyond the FMA peak.
  int edge = 100;
  for (const KernelResult& k : result.kernels)
    for (const double seconds : {k.default_seconds, k.seconds})
      while (edge < 400 && 100 * result.peak_share(k, seconds) > edge) edge += 25;
  for (int percent = 0; percent <= edge; percent += 25) {
    const double x = label + bars * percent / double(edge);
    svg += html::upright(x, head - 6, height);
    svg += text(x, head - 12, "tick middle", fmt::format("{} %", percent));
  }
  svg += text(label + bars + gain_column, head - 12, "tick end", "gain");
  double y = head;
  for (const KernelResult& k : result.kernels) {
    svg += text(label - 12, y + 17, "name end", k.name);
    if (k.measured()) {
      const double before = result.peak_share(k, k.default_seconds), after = result.peak_share(k, k.seconds);
      svg += share_bar(
          y + 3, 100 * before / edge, "before",
          fmt::format("default: {:.1f} us, {:.1f} % of peak", 1e6 * k.default_seconds, 100 * before));
      svg += share_bar(y + 15, 100 * after / edge, "after",
                       fmt::format("tuned: {:.1f} us, {:.1f} % of peak", 1e6 * k.seconds, 100 * after));
    }
    svg += text(label + bars + gain_column, y + 18, k.gain() > 1.005 ? "gain end" : "tick end",
                k.measured() ? fmt::format("{:.2f}x", k.gain()) : "not measured");
    y += row;
  }
  return svg + "</svg>\n";
}

std::string course_chart(const KernelResult& kernel) {
  double least = kernel.seconds, most = kernel.seconds;
  int last = 1;
  for (const Trial& trial : kernel.course) {
    last = std::max(last, trial.candidate);
    if (trial.seconds > 0) most = std::max(most, trial.seconds), least = std::min(least, trial.seconds);
  }
  // What is slower than twice the default says no more than that: it is drawn at the upper edge.
  most = std::min(most, 2 * kernel.default_seconds);
  const double room = std::max(0.08 * (most - least), 0.01 * most);
  least = std::max(0.0, least - room), most += room;
  auto x = [&](double candidate) { return left + (course_width - left - right) * candidate / last; };
  auto y = [&](double seconds) {
    return top + (course_height - top - bottom) * (most - std::min(seconds, most)) / (most - least);
  };

  std::string svg = html::svg(course_width, course_height);
  for (double share : {0.1, 0.5, 0.9}) {
    const double seconds = least + share * (most - least);
    svg += fmt::format("<line x1='{}' x2='{}' y1='{:.1f}' y2='{:.1f}' class='grid'/>\n", left,
                       course_width - right, y(seconds), y(seconds));
    svg += text(left - 6, y(seconds) + 4, "tick end",
                fmt::format("{:.{}f}", 1e6 * seconds, most < 1e-4 ? 1 : 0));
  }
  svg += text(left, course_height - 6, "tick", "0");
  svg += text(course_width - right, course_height - 6, "tick end", fmt::format("{} candidates", last));
  std::string path;
  for (const Trial& trial : kernel.course) {
    if (trial.seconds > 0)
      svg += fmt::format(
          "<circle cx='{:.1f}' cy='{:.1f}' r='2.2' class='dot'><title>{}: {:.2f} us</title></circle>\n",
          x(trial.candidate), y(trial.seconds), trial.candidate, 1e6 * trial.seconds);
    else
      svg +=
          fmt::format("<text x='{:.1f}' y='{}' class='cross middle'>&#215;<title>{}: failed</title></text>\n",
                      x(trial.candidate), top + 8, trial.candidate);
    if (trial.best > 0)
      path += path.empty() ? fmt::format("M{:.1f} {:.1f}", x(trial.candidate), y(trial.best))
                           : fmt::format("H{:.1f}V{:.1f}", x(trial.candidate), y(trial.best));
  }
  if (!path.empty()) svg += fmt::format("<path d='{}' class='best'/>\n", path);
  return svg + "</svg>\n";
}

}  // namespace mobilith::tune
