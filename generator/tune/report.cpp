#include "tune/report.h"

#include <fmt/format.h>

#include "tune/report_charts.h"

namespace mobilith::tune {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #e4e7ec; --page: #ffffff; --card: #f8f9fb;
        --before: #c3cad5; --after: #2563eb; --gain: #15803d; --bad: #c2410c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3340; --page: #12161d; --card: #1a2029; --before: #4a5568;
          --after: #60a5fa; --gain: #4ade80; --bad: #fb923c; } }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1120px; background: var(--page); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 40px 0 12px; }
p { margin: 0 0 12px; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 18px; }
.facts b { display: block; font-size: 22px; } .facts span { color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; }
.courses { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 16px; }
.courses figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px; }
.courses svg { max-width: 100%; height: auto; }
figcaption { font-size: 13px; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 13.5px; } td, th { padding: 4px 14px 4px 0; text-align: right; }
th { color: var(--soft); font-weight: 500; } tr { border-bottom: 1px solid var(--line); }
td:first-child, th:first-child { text-align: left; } td:not(:first-child), th { white-space: nowrap; }
code { font: 12px ui-monospace, monospace; color: var(--soft); overflow-wrap: anywhere; }
svg text { fill: var(--ink); font: 12.5px system-ui, sans-serif; } svg .tick { fill: var(--soft); font-size: 11.5px; }
svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg .gain { fill: var(--gain); font-weight: 600; } svg .cross { fill: var(--bad); font-size: 13px; }
.grid { stroke: var(--line); } .before { fill: var(--before); } .after { fill: var(--after); }
.dot { fill: var(--before); } .best { fill: none; stroke: var(--after); stroke-width: 2; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 5px 0 14px; }
)";

std::string fact(const std::string& value, const std::string& what) {
  return fmt::format("<div><b>{}</b><span>{}</span></div>\n", escaped(value), escaped(what));
}

std::string facts(const TuningResult& result) {
  int tried = 0, failures = 0, measured = 0;
  for (const KernelResult& k : result.kernels)
    tried += k.tried, failures += k.failures(), measured += k.measured();
  return "<div class='facts'>\n" +
         fact(fmt::format("{:.2f}x", result.gain()), "the default's speed, kernels weighted by their time") +
         fact(fmt::format("{} of {}", measured, result.kernels.size()), "kernels measured") +
         fact(fmt::format("{}", tried), fmt::format("candidates tried, {} failed", failures)) +
         fact(fmt::format("{:.1f}", result.peak),
              fmt::format("{}, the peak of one core",
                          result.of_floats() ? "GFLOP/s" : "GOP/s of products of bytes")) +
         fact(fmt::format("{:.0f} s", result.wall_seconds), "of tuning") + "</div>\n";
}

std::string table(const TuningResult& result) {
  std::string rows =
      "<div class='wide'><table><tr><th>kernel</th><th>default us</th><th>tuned us</th><th>gain</th><th>of "
      "peak</th><th>tried</th><th>failed</th></tr>\n";
  for (const KernelResult& k : result.kernels)
    rows += fmt::format(
        "<tr><td>{}<br><code>{}</code></td><td>{:.1f}</td><td>{:.1f}</td><td>{:.2f}x</td><td>{:.1f} "
        "%</td><td>{}</td><td>{}</td></tr>\n",
        escaped(k.name), k.schedule.is_null() ? "" : escaped(k.schedule.dump()), 1e6 * k.default_seconds,
        1e6 * k.seconds, k.gain(), 100 * result.peak_share(k, k.seconds), k.tried, k.failures());
  return rows + "</table></div>\n";
}

}  // namespace

std::string html_report(const TuningResult& result, const std::string& title) {
  std::string page = fmt::format(
      "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
      "content='width=device-width'>\n<title>{0}: autotune</title><style>{1}</style></head><body>\n"
      "<h1>{0}</h1>\n<p>mobilith autotune for {2}, {3} thread{4}</p>\n",
      escaped(title), style, escaped(result.cpu), result.threads, result.threads == 1 ? "" : "s");
  page += facts(result);
  page +=
      "<h2>Share of peak, before and after</h2>\n<p><span class='key before' style='background:var(--before);"
      "margin-left:0'></span>default schedule <span class='key' style='background:var(--after)'></span>tuned"
      "</p>\n<div class='wide'>" +
      share_chart(result) +
      "</div>\n<h2>The search</h2>\n<p>Time in microseconds of each candidate; the line "
      "is the best so far. A cross is a candidate that failed.</p>\n<div class='courses'>\n";
  for (const KernelResult& k : result.kernels)
    if (k.measured())
      page +=
          fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", escaped(k.name), course_chart(k));
  return page + "</div>\n<h2>Kernels</h2>\n" + table(result) + "</body></html>\n";
}

}  // namespace mobilith::tune
