// mobilith autotune: measures (or, with --static, predicts) schedules of a network's kernels and keeps the
// fastest as tuning records.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "cli/cache_option.h"
#include "cli/frame_option.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/print_json.h"
#include "cli/progress.h"
#include "cli/runnable.h"
#include "cli/schedule_options.h"
#include "cli/tune_table.h"
#include "package/compile_library.h"
#include "plan/numbers_of.h"
#include "process/child_process.h"
#include "targets/target.h"
#include "text/shell_word.h"
#include "tune/report.h"
#include "tune/runner_compiler.h"
#include "tune/static_tuner.h"
#include "tune/tuner.h"
#include "weights/rounded_weights.h"

namespace mobilith {

namespace {

options::options_description autotune_options() {
  options::options_description description("options");
  add_network_options(description);
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  description.add_options()                                                                 //
      ("all", "all configurations whose trained weights are published, in place of --net")  //
      ("cpu", text("CPU")->default_value("host"),
       "an LLVM CPU name whose code this machine can run (with --runner: the runner), or 'host'")     //
      ("target", text("TARGET"), "the CPU's platform, where its name does not say it")                //
      ("threads", text("N")->default_value("1"), "of the runs that are timed")                        //
      ("budget", text("TIME")->default_value("10m"), "how long: 90s, 10m, 2h")                        //
      ("candidates", text("N"), "per kernel, at most (default: as the budget allows; --static: 40)")  //
      ("limit", text("TIME")->default_value("30s"), "for one candidate to compile, and to run")       //
      ("runner", text("CMD"), "measure elsewhere: CMD is run with an executable's path appended")     //
      ("static", "measure nothing: rank by LLVM's scheduling model and bytes moved, for any CPU")     //
      ("caches", text("LIST"), "with --static: l1=48K,l2=2M,l3=4M in place of the table's values")    //
      ("schedules", text("DIR"), "where records go and come from (default: the user's data folder)")  //
      ("shard", text("I/N")->default_value("0/1"), "every N-th kernel, from I on; I counts from 0")   //
      ("seed", text("N")->default_value("1"), "of what is drawn at random")                           //
      ("report", text("FILE"), "a page for a browser: gains, shares of peak, the search's course")    //
      ("format", text("text|json")->default_value("text"), "of what is printed in the end");
  add_output_option(description);
  add_frame_options(description);
  add_products_option(description);
  return description;
}

// "90", "90s", "1.5m", "2h".
double duration(const std::string& option, const std::string& text) {
  constexpr std::pair<char, double> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
  double seconds = 0;
  bool found = false;
  for (auto [letter, factor] : units)
    if (!text.empty() && text.back() == letter)
      seconds = factor * number(option, text.substr(0, text.size() - 1)), found = true;
  if (!found) seconds = number(option, text);
  if (seconds <= 0 || seconds > 30 * 24 * 3600.0)
    throw UsageError(option, fmt::format("expected a time like 90s, 10m or 2h, got '{}'", text));
  return seconds;
}

std::pair<int, int> shard_of(const std::string& text) {
  const size_t slash = text.find('/');
  if (slash == std::string::npos) throw UsageError("shard", fmt::format("expected I/N, got '{}'", text));
  const int count = whole("shard", text.substr(slash + 1), 1, 1'000'000);
  return {whole("shard", text.substr(0, slash), 0, count - 1), count};
}

// Where records are kept where --schedules does not say: $XDG_DATA_HOME/mobilith/schedules, else
// ~/.local/share/mobilith/schedules.
std::filesystem::path user_schedules() {
  auto variable = [](const char* name) -> std::filesystem::path {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  if (!variable("XDG_DATA_HOME").empty()) return variable("XDG_DATA_HOME") / "mobilith/schedules";
  if (!variable("HOME").empty()) return variable("HOME") / ".local/share/mobilith/schedules";
  throw UsageError("schedules", "missing, and neither XDG_DATA_HOME nor HOME is set");
}

std::vector<Network> wanted_networks(const options::variables_map& values, const Weights* weights) {
  if (!values.count("all")) return {chosen_network(values, weights)};
  const std::string dtype = choice(values, "dtype", {"f32", "f16", "bf16"});
  for (const char* other : {"net", "alpha", "depth-multiplier", "resolution", "classes", "weights", "input"})
    if (values.count(other)) throw UsageError("all", fmt::format("excludes --{}", other));
  std::vector<Network> networks = tune::published_networks();
  for (Network& network : networks) network.configuration.dtype = dtype;
  return networks;
}

// --static measures nothing, so that nothing of a measurement goes with it.
void check_static(const options::variables_map& values) {
  if (!values.count("static")) {
    if (values.count("caches")) throw UsageError("caches", "means something with --static alone");
    return;
  }
  if (values.count("runner")) throw UsageError("static", "excludes --runner, there is nothing to run");
  if (!values["threads"].defaulted())
    throw UsageError("static", "excludes --threads, the cost is one core's");
}

std::string clock(double seconds) {
  const int whole = std::max(0, static_cast<int>(seconds));
  return whole >= 3600 ? fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60)
                       : fmt::format("{}m{:02}s", whole / 60, whole % 60);
}

}  // namespace

Synopsis autotune_synopsis() {
  return {
      "mobilith autotune --net NET|--weights FILE|--all [OPTIONS]",
      "Searches the fastest schedule of each of a network's kernels by measurement, and keeps those found as "
      "tuning records. It may be interrupted and repeated at will.",
      autotune_options()};
}

int run_autotune(const Arguments& arguments) {
  const auto parsed = parse(arguments, autotune_synopsis());
  if (!parsed) return 0;
  const options::variables_map& values = *parsed;
  auto text = [&](const char* option) { return values[option].as<std::string>(); };
  const std::string format = choice(values, "format", {"text", "json"});
  check_static(values);
  const bool statically = values.count("static") > 0;
  tune::TuneOptions wanted;
  wanted.cpu = text("cpu");
  if (values.count("target")) wanted.target = text("target");
  wanted.products = products_option(values);
  CpuTarget target = resolve_cpu(wanted.cpu, wanted.target, wanted.products);
  const int cores = static_cast<int>(allowed_cores().size());
  wanted.threads = whole("threads", text("threads"), 1, std::min(cores, 64));
  wanted.budget = duration("budget", text("budget"));
  wanted.limit = duration("limit", text("limit"));
  if (values.count("candidates")) wanted.candidates = whole("candidates", text("candidates"), 0, 1'000'000);
  wanted.seed = static_cast<uint64_t>(whole("seed", text("seed"), 0, 1 << 30));
  const auto [index, count] = shard_of(text("shard"));
  const std::filesystem::path folder =
      values.count("schedules") ? std::filesystem::path(text("schedules")) : user_schedules();
  if (!values.count("runner") && !statically)
    require_runnable(target, wanted.cpu, "--runner CMD measures elsewhere");
  tune::CacheLevels caches = tune::cache_levels(target.cpu, target.machine);
  if (values.count("caches")) caches = with_caches(caches, text("caches"));
  wanted.records = record_file(folder, target.cpu);
  wanted.complain = warn;
  const Output output = output_option(values);
  std::vector<Network> networks;
  const std::unique_ptr<Weights> weights = values.count("all") ? nullptr : weights_option(values);
  for (const Network& network : wanted_networks(values, weights.get())) {
    if (network.quantised() && output != Output::model)
      throw UsageError("output", "a quantised file's library ends as the file does: expected model");
    networks.push_back(network.quantised() ? network : with_output(network, output));
    networks.back().frame = frame_to_tune(values, network);
    if (networks.back().frame && values.count("runner"))
      throw UsageError("runner", "kernels of frames are not measured elsewhere yet");
  }
  const Network& first = networks.front();
  wanted.bytes = first.quantised();
  wanted.numbers = numbers_of(first.configuration.dtype, first.configuration.weights_dtype);
  target = resolve_cpu(wanted.cpu, wanted.target, wanted.products, wanted.bytes, wanted.numbers);
  const std::unique_ptr<RoundedWeights> rounded = weights ? rounded_weights(first, *weights) : nullptr;
  const std::vector<tune::KernelTask> works = tune::shard(
      tune::kernel_tasks(networks, target.machine, rounded ? rounded.get() : weights.get()), index, count);
  require_files_possible(values, {"report"});
  if (values.count("runner")) {
    wanted.runner = text("runner");
    tune::require_runner_compiler(target);
  }

  notice_interrupts();
  wanted.stop = interrupted;
  tune::TuningResult result;
  {
    ProgressReport report("kernels");
    wanted.progress = [&](const tune::TuneProgress& p) {
      if (p.news.empty() && !report.terminal()) return;
      const std::string state =
          fmt::format("{} candidates, {:.2f}x so far, {} left", p.candidates, p.gain, clock(p.seconds_left));
      report.update(p.measured, p.kernels, p.news.empty() ? state : p.news + "; " + state);
    };
    result = statically ? tune::tune_statically(works, wanted, caches) : tune::tune(works, wanted);
  }
  if (values.count("report"))
    write_output_file(
        "report", text("report"),
        tune::html_report(result, values.count("all") ? "all configurations"
                                                      : default_name(networks.front().configuration)));
  if (format == "json") {
    nlohmann::json printed = tune::to_json(result);
    printed["records"] = wanted.records.string();
    printed["method"] = statically ? "static" : "measured";
    print_json(printed);
  } else {
    print_tune_table(result);
    if (statically) fmt::print("predicted, not measured: a measured record replaces a static one\n");
    fmt::print("records: {}\n", wanted.records.string());
    if (target.native() || statically)
      fmt::print("use them:  mobilith generate ... --schedules {}\n", shell_word(folder.string()));
  }
  if (interrupted()) throw Interrupted{"what was found is in the record file"};
  for (const tune::KernelResult& kernel : result.kernels)
    if (kernel.measured() || kernel.failures() == 0) return 0;
  return works.empty() ? 0 : 1;
}

}  // namespace mobilith
