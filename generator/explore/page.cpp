#include "explore/page.h"

#include <fmt/format.h>

#include <set>

#include "explore/chart.h"
#include "html/page.h"

namespace mobilith::explore {

namespace {

using html::escaped;

constexpr double megabyte = 1 << 20;

std::string percent(double value) { return value > 0 ? fmt::format("{:.1f}", value) : "-"; }

std::string page_facts(const Exploration& all) {
  std::string facts;
  const auto networks = all.by_time();
  size_t front = 0;
  for (const Explored* network : networks) front += network->front;
  facts += html::fact(fmt::format("{}", networks.size()), "published networks");
  facts += html::fact(fmt::format("{}", front), "on the Pareto front: none is both faster and more accurate");
  if (all.budget > 0) {
    const auto fitting = all.fitting();
    facts += html::fact(fmt::format("{}", fitting.size()), "fit " + budget_text(all.budget));
    if (!fitting.empty() && fitting.front()->top1() > 0)
      facts += html::fact(title(fitting.front()->configuration),
                          fmt::format("the most accurate that fits: {:.1f} % in {}", fitting.front()->top1(),
                                      time_text(fitting.front()->costs->least)));
  }
  return html::facts(facts);
}

std::string row(const Exploration& all, const Explored& network) {
  const Costs& costs = *network.costs;
  std::string marks = network.front ? "front" : "";
  if (all.budget > 0 && all.fits(network)) marks += marks.empty() ? "fits" : ", fits";
  const std::string name = escaped(title(network.configuration));
  return fmt::format(
      "<tr><td>{}</td><td>{:.3f}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.2f}</td><td>{:.2f}</td>"
      "<td>{:.0f}</td><td>{}</td></tr>\n",
      network.front ? "<b>" + name + "</b>" : name, 1e3 * costs.least,
      all.predicted() ? fmt::format("{:.2f}", costs.cycles / 1e6) : fmt::format("{:.3f}", 1e3 * costs.median),
      percent(network.top1()), percent(network.top5()), static_cast<double>(costs.library_bytes) / megabyte,
      static_cast<double>(costs.memory_bytes()) / megabyte, static_cast<double>(network.madds) / 1e6, marks);
}

std::string table(const Exploration& all, const std::vector<const Explored*>& networks) {
  if (networks.empty()) return "<p>None.</p>\n";
  std::string rows = fmt::format(
      "<div class='wide'><table><tr><th>network</th><th>{}</th><th>top-1 %</th><th>top-5 %</th><th>library "
      "MB</th><th>memory MB</th><th>M multiply-adds</th><th></th></tr>\n",
      all.predicted() ? "ms, predicted</th><th>M cycles" : "best ms</th><th>median ms");
  for (const Explored* network : networks) rows += row(all, *network);
  return rows + "</table></div>\n";
}

std::string notes(const Exploration& all) {
  std::set<std::string> sources;
  for (const Explored& network : all.networks)
    if (network.top1() > 0) sources.insert(network.published->accuracy_source);
  std::string text = fmt::format(
      "<h2>What the figures are</h2>\n<p>Accuracy: of the published f32 checkpoints on ImageNet, one crop{}; "
      "sources:",
      all.dtype == "f32" ? "" : fmt::format(", not of the same networks in {}", escaped(all.dtype)));
  for (const std::string& source : sources) text += fmt::format(" <code>{}</code>", escaped(source));
  text += ".</p>\n<p>";
  text += all.predicted()
              ? fmt::format(
                    "Time: predicted by LLVM's scheduling model and the bytes moved, at {:g} GHz; "
                    "nothing was measured.",
                    all.gigahertz)
              : fmt::format("Time: the best of the runs of one image; medians are at most {:.0f} % above it.",
                            100 * (all.unrest() - 1));
  text +=
      " Weights are synthetic.</p>\n<p>Library: the archive's file. Memory: weights, activations and "
      "scratch while it runs.</p>\n";
  std::string failed;
  for (const Explored& network : all.networks)
    if (!network.failure.empty())
      failed +=
          fmt::format("<p>{}: {}</p>\n", escaped(title(network.configuration)), escaped(network.failure));
  return failed.empty() ? text : "<h2>Failed</h2>\n" + failed + text;
}

}  // namespace

std::string html_page(const Exploration& all) {
  std::string body = page_facts(all);
  body += "<div class='wide'>" + chart(all) + "</div>\n";
  if (all.budget > 0)
    body += fmt::format("<h2>Within {}, the most accurate first</h2>\n", budget_text(all.budget)) +
            table(all, all.fitting());
  body += "<h2>All, the fastest first</h2>\n" + table(all, all.by_time()) + notes(all);
  return html::page("MobileNets: accuracy over time", "explore",
                    fmt::format("mobilith explore, {}, {}", escaped(subject(all)), all.dates()), body);
}

}  // namespace mobilith::explore
