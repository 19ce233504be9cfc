#include "tune/report.h"

#include <fmt/format.h>

#include "html/page.h"
#include "tune/report_charts.h"

namespace mobilith::tune {

namespace {

std::string facts(const TuningResult& result) {
  int tried = 0, failures = 0, measured = 0;
  for (const KernelResult& k : result.kernels)
    tried += k.tried, failures += k.failures(), measured += k.measured();
  return html::facts(
      html::fact(fmt::format("{:.2f}x", result.gain()),
                 "the default's speed, kernels weighted by their time") +
      html::fact(fmt::format("{} of {}", measured, result.kernels.size()), "kernels measured") +
      html::fact(fmt::format("{}", tried), fmt::format("candidates tried, {} failed", failures)) +
      html::fact(fmt::format("{:.1f}", result.peak),
                 fmt::format("{}, the peak of one core",
                             result.of_floats() ? "GFLOP/s" : "GOP/s of products of bytes")) +
      html::fact(fmt::format("{:.0f} s", result.wall_seconds), "of tuning"));
}

std::string table(const TuningResult& result) {
  std::string rows =
      "<div class='wide'><table><tr><th>kernel</th><th>default us</th><th>tuned us</th><th>gain</th><th>of "
      "peak</th><th>tried</th><th>failed</th></tr>\n";
  for (const KernelResult& k : result.kernels)
    rows += fmt::format(
        "<tr><td>{}<br><code>{}</code></td><td>{:.1f}</td><td>{:.1f}</td><td>{:.2f}x</td><td>{:.1f} "
        "%</td><td>{}</td><td>{}</td></tr>\n",
        html::escaped(k.name), k.schedule.is_null() ? "" : html::escaped(k.schedule.dump()),
        1e6 * k.default_seconds, 1e6 * k.seconds, k.gain(), 100 * result.peak_share(k, k.seconds), k.tried,
        k.failures());
  return rows + "</table></div>\n";
}

}  // namespace

std::string html_report(const TuningResult& result, const std::string& title) {
  std::string page = facts(result);
  page +=
      "<h2>Share of peak, before and after</h2>\n<p><span class='key before' style='background:var(--before);"
      "margin-left:0'></span>default schedule <span class='key' style='background:var(--after)'></span>tuned"
      "</p>\n<div class='wide'>" +
      share_chart(result) +
      "</div>\n<h2>The search</h2>\n<p>Time in microseconds of each candidate; the line "
      "is the best so far. A cross is a candidate that failed.</p>\n<div class='courses'>\n";
  for (const KernelResult& k : result.kernels)
    if (k.measured())
      page += fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", html::escaped(k.name),
                          course_chart(k));
  page += "</div>\n<h2>Kernels</h2>\n" + table(result);
  return html::page(title, "autotune",
                    fmt::format("mobilith autotune for {}, {} thread{}", html::escaped(result.cpu),
                                result.threads, result.threads == 1 ? "" : "s"),
                    page);
}

}  // namespace mobilith::tune
