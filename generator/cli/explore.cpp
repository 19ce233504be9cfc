// mobilith explore: what the published networks cost here, beside how accurate they are.
#include <fmt/format.h>

#include <cstdio>
#include <new>
#include <nlohmann/json.hpp>

#include "cli/explore_options.h"
#include "cli/explore_table.h"
#include "cli/interrupt.h"
#include "cli/output_file.h"
#include "cli/print_json.h"
#include "cli/progress.h"
#include "cli/schedule_options.h"
#include "codegen/kernel_cache.h"
#include "explore/chart.h"
#include "explore/kept_costs.h"
#include "explore/network_costs.h"
#include "explore/page.h"
#include "inspect/disassembler.h"

namespace mobilith {

namespace {

using explore::Explored, explore::Exploration, explore::KeptCosts;

Exploration nothing_yet(const ExploreOptions& wanted, const tune::CacheLevels& caches) {
  Exploration all{.cpu = wanted.target.cpu,
                  .platform = wanted.target.platform->name,
                  .dtype = wanted.dtype,
                  .threads = wanted.threads,
                  .budget = wanted.budget};
  if (wanted.statically)
    all.gigahertz = caches.gigahertz;
  else
    all.machine = explore::machine_name(wanted.target.cpu);
  for (const Configuration& c : wanted.configurations) {
    const Network network = build_network(c);
    all.networks.push_back({c, published_figures(c), network.madds(), network.params()});
  }
  return all;
}

// All that a network's costs depend on.
nlohmann::json question(const ExploreOptions& wanted, const Exploration& all, const Configuration& c) {
  return {{"net", c.net},           {"alpha", c.alpha},
          {"resolution", c.height}, {"classes", c.classes},
          {"dtype", all.dtype},     {"method", all.predicted() ? "predicted" : "measured"},
          {"machine", all.machine}, {"target", all.platform},
          {"cpu", all.cpu},         {"features", wanted.target.features},
          {"threads", all.threads}, {"schedules", wanted.schedules}};
}

void read_kept(const ExploreOptions& wanted, const KeptCosts& kept, Exploration& all) {
  if (wanted.fresh) return;
  for (Explored& network : all.networks) {
    network.costs = kept.read(question(wanted, all, network.configuration));
    // Of a shorter measurement: a longer one is asked for.
    if (network.costs && !wanted.statically && network.costs->asked < wanted.seconds) network.costs.reset();
    network.kept = network.costs.has_value();
  }
}

// How the missing costs are found.
struct Search {
  const ExploreOptions& wanted;
  const tune::CacheLevels& caches;
  const SchedulesFor& schedules;
  const KeptCosts& kept;
};

// Of one network; what goes wrong costs this row alone. Of two measurements the better one stays.
void find_costs(const Search& search, const explore::Stage& stage, Explored& network) {
  const ExploreOptions& wanted = search.wanted;
  try {
    const CompiledLibrary library = explore::network_library(
        network.configuration, {wanted.platform, wanted.cpu, wanted.dtype, search.schedules, warn, stage});
    const explore::Costs costs =
        wanted.statically ? explore::predicted_costs(library, search.caches, stage)
                          : explore::measured_costs(library, wanted.threads, wanted.seconds, stage);
    if (!network.costs || costs.least < network.costs->least) network.costs = costs;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    if (!network.costs) network.failure = error.what();
    warn(fmt::format("{}: {}", explore::title(network.configuration), error.what()));
  }
}

void find_all(const Search& search, const Exploration& all, const std::vector<Explored*>& networks,
              const char* what) {
  const int total = static_cast<int>(networks.size());
  int done = 0;
  ProgressReport report(what);
  for (Explored* network : networks) {
    const std::string name = explore::title(network->configuration);
    std::string before;
    const explore::Stage stage = [&](const std::string& now) {
      throw_if_interrupted();
      if (report.terminal() && now != before) report.update(done, total, name + ": " + now);
      before = now;
    };
    try {
      find_costs(search, stage, *network);
    } catch (const Interrupted&) {
      throw Interrupted{search.kept.keeps() ? "what was found is kept; the same command goes on from there"
                                            : "nothing was kept"};
    }
    done++;
    if (!network->costs) continue;
    search.kept.write(question(search.wanted, all, network->configuration), *network->costs);
    report.update(done, total, fmt::format("{} {}", name, explore::time_text(network->costs->least)));
  }
}

// Those whose runs were disturbed are visited again, at another moment, at most so many times: a machine that
// others use, too, is rarely busy all the time.
constexpr double disturbed = 1.1;
constexpr int further_visits = 2;

void find_missing(const Search& search, Exploration& all) {
  std::vector<Explored*> missing;
  for (Explored& network : all.networks)
    if (!network.costs) missing.push_back(&network);
  find_all(search, all, missing, "networks");
  for (int visit = 0; visit < further_visits && !search.wanted.statically; visit++) {
    std::erase_if(missing, [](const Explored* network) {
      return !network->costs || network->costs->median < disturbed * network->costs->least;
    });
    find_all(search, all, missing, "networks again, others were at work");
  }
}

}  // namespace

Synopsis explore_synopsis() {
  Synopsis synopsis{
      "mobilith explore [OPTIONS]",
      "Sets the published networks beside each other: the time of one run, generated and measured here (or "
      "predicted for a CPU that is not here), the accuracy that was published, size and memory; which are on "
      "the Pareto front, and which fit a budget. Results are kept: a second call is instant. It may be "
      "interrupted and repeated at will."};
  add_explore_options(synopsis.options);
  return synopsis;
}

int run_explore(const Arguments& arguments) {
  const auto parsed = parse(arguments, explore_synopsis());
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  const std::string format = choice(values, "format", {"text", "json"});
  const ExploreOptions wanted = explore_options(values);
  const SchedulesFor schedules = schedules_for(values);
  require_files_possible(values, {"report", "chart"});
  const tune::CacheLevels caches = tune::cache_levels(wanted.target.cpu, wanted.target.machine);
  if (wanted.statically && !inspect::Disassembler(wanted.target).has_model())
    throw UsageError("static", fmt::format("LLVM has no scheduling model of {}", wanted.target.cpu));

  notice_interrupts();
  const std::filesystem::path cache = cache_folder();
  const KeptCosts kept(cache.empty() ? cache : cache / "explore", warn);
  Exploration all = nothing_yet(wanted, caches);
  read_kept(wanted, kept, all);
  find_missing({wanted, caches, schedules, kept}, all);
  explore::mark_front(all.networks);

  if (values.count("report"))
    write_output_file("report", values["report"].as<std::string>(), explore::html_page(all));
  if (values.count("chart"))
    write_output_file("chart", values["chart"].as<std::string>(), explore::svg_file(all));
  if (format == "json")
    print_json(exploration_json(all));
  else
    print_exploration(all);
  for (const Explored& network : all.networks)
    if (!network.costs) return 1;
  return 0;
}

}  // namespace mobilith
