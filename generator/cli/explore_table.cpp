#include "cli/explore_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "explore/chart.h"

namespace mobilith {

namespace {

using explore::Costs, explore::Explored, explore::Exploration, explore::budget_text, explore::title;
using nlohmann::json;

double mb_of(int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

std::string percent_or_dash(double percent) { return percent > 0 ? fmt::format("{:.1f}", percent) : "-"; }

void print_rows(const Exploration& all, const std::vector<const Explored*>& networks) {
  fmt::print("{:<32} {:>9} {:>9} {:>7} {:>7} {:>10} {:>9} {:>8}\n", "network",
             all.predicted() ? "pred. ms" : "best ms", all.predicted() ? "M cycles" : "median", "top-1 %",
             "top-5 %", "library MB", "memory MB", "M madds");
  for (const Explored* network : networks) {
    const Costs& costs = *network->costs;
    fmt::print("{:<30} {} {:>9.3f} {:>9.3f} {:>7} {:>7} {:>10.2f} {:>9.2f} {:>8.0f}\n",
               title(network->configuration), network->front ? '*' : ' ', 1e3 * costs.least,
               all.predicted() ? costs.cycles / 1e6 : 1e3 * costs.median, percent_or_dash(network->top1()),
               percent_or_dash(network->top5()), mb_of(costs.library_bytes), mb_of(costs.memory_bytes()),
               static_cast<double>(network->madds) / 1e6);
  }
}

void print_budget(const Exploration& all) {
  const std::vector<const Explored*> fitting = all.fitting();
  std::vector<const Explored*> slower = all.by_time();
  std::erase_if(slower, [&](const Explored* network) { return all.fits(*network); });
  if (fitting.empty())
    fmt::print("nothing takes {} or less\n", budget_text(all.budget));
  else
    fmt::print("{} of {} take {} or less, the most accurate first:\n\n", fitting.size(),
               fitting.size() + slower.size(), budget_text(all.budget));
  if (!fitting.empty()) print_rows(all, fitting);
  if (slower.empty()) return;
  fmt::print("\ntoo slow, the fastest first:\n\n");
  print_rows(all, slower);
}

size_t count_of(const Exploration& all, bool kept) {
  return static_cast<size_t>(
      std::count_if(all.networks.begin(), all.networks.end(),
                    [&](const Explored& network) { return network.costs && network.kept == kept; }));
}

json or_null(double value) { return value > 0 ? json(value) : json(); }

json explored_json(const Exploration& all, const Explored& network) {
  const Configuration& c = network.configuration;
  json row{{"name", title(c)},
           {"net", c.net},
           {"alpha", c.alpha},
           {"resolution", c.height},
           {"madds", network.madds},
           {"params", network.params},
           {"top1", or_null(network.top1())},
           {"top5", or_null(network.top5())},
           {"accuracy_source", network.top1() > 0 ? json(network.published->accuracy_source) : json()}};
  if (!network.costs) {
    row["failure"] = network.failure;
    return row;
  }
  const Costs& costs = *network.costs;
  row["seconds"] = {{"min", costs.least}, {"median", costs.median}, {"p99", costs.p99}};
  row["rounds"] = costs.rounds;
  row["cycles"] = or_null(costs.cycles);
  row["library_bytes"] = costs.library_bytes;
  row["weights_bytes"] = costs.weights_bytes;
  row["session_bytes"] = costs.session_bytes;
  row["memory_bytes"] = costs.memory_bytes();
  row["date"] = costs.date;
  row["kept"] = network.kept;
  row["front"] = network.front;
  if (all.budget > 0) row["fits"] = all.fits(network);
  return row;
}

}  // namespace

void print_exploration(const Exploration& all) {
  if (!all.by_time().empty()) fmt::print("{}, {}\n\n", explore::subject(all), all.dates());
  if (all.budget > 0)
    print_budget(all);
  else
    print_rows(all, all.by_time());
  std::set<std::string> sources;
  for (const Explored& network : all.networks)
    if (network.top1() > 0) sources.insert(network.published->accuracy_source);
  fmt::print("\n* on the Pareto front: no network here is both faster and more accurate\n");
  fmt::print("accuracy: ImageNet, of the published f32 checkpoints{} ({})\n",
             all.dtype == "f32" ? "" : fmt::format(", not of {}", all.dtype), fmt::join(sources, "; "));
  if (all.predicted())
    fmt::print("predicted, not measured: LLVM's scheduling model and bytes moved, at {:g} GHz\n",
               all.gigahertz);
  else if (all.unrest() > 1.1)
    fmt::print("medians are up to {:.0f} % above the best runs: others were at work on this machine\n",
               100 * (all.unrest() - 1));
  const size_t now = count_of(all, false), before = count_of(all, true);
  fmt::print("{} {} now, {} kept from earlier calls{}\n", now, all.predicted() ? "predicted" : "measured",
             before, before > 0 ? " (--fresh makes them again)" : "");
}

json exploration_json(const Exploration& all) {
  json networks = json::array(), fitting = json::array(), front = json::array();
  for (const Explored& network : all.networks) networks.push_back(explored_json(all, network));
  for (const Explored* network : all.by_time())
    if (network->front) front.push_back(title(network->configuration));
  for (const Explored* network : all.fitting()) fitting.push_back(title(network->configuration));
  json printed{{"machine", all.machine.empty() ? json() : json(all.machine)},
               {"cpu", all.cpu},
               {"target", all.platform},
               {"threads", all.threads},
               {"dtype", all.dtype},
               {"method", all.predicted() ? "predicted" : "measured"},
               {"gigahertz", or_null(all.gigahertz)},
               {"accuracy_of", "f32"},
               {"new", count_of(all, false)},
               {"kept", count_of(all, true)},
               {"networks", networks},
               {"front", front}};
  if (all.budget > 0) printed["budget_seconds"] = all.budget, printed["fitting"] = fitting;
  return printed;
}

}  // namespace mobilith
