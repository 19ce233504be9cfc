// mobilith bench: times a generated library and sets it against what the core can do.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "bench/large_pages.h"
#include "bench/measure.h"
#include "bench/throughput.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/print_json.h"
#include "cli/progress.h"

namespace mobilith {

namespace {

// What the peak is of, and how its rate is called.
const char* peak_of(const Measurement& m) {
  return m.products == PeakProducts::floats        ? "FMA"
         : m.products == PeakProducts::brain_pairs ? "products of bf16"
                                                   : "products of bytes";
}
const char* unit_of(const Measurement& m) {
  return m.products == PeakProducts::floats || m.products == PeakProducts::brain_pairs ? "GFLOP/s" : "GOP/s";
}

double gflops(int64_t madds, double seconds) { return 2.0 * static_cast<double>(madds) / seconds / 1e9; }

// "; 2 cores: 540.2", and why there are fewer of them than threads.
std::string peak_of_threads(const Measurement& m, int threads) {
  return fmt::format("; {} core{}{}: {:.1f}", m.cores, m.cores == 1 ? "" : "s",
                     m.cores < threads ? " (all that this process may use)" : "", m.peak_of_cores());
}

void print_table(const LoadedLibrary& library, const Measurement& m, int threads) {
  const mobilith_model_info& info = *mobilith_model_describe(library.model());
  const double peak = m.peak_of_cores();
  double sum = 0;
  for (const StepTiming& step : m.steps) sum += step.time.least;
  fmt::print("{}  for {}, {}-bit vectors, {} thread{}\n\n", library.name(), info.cpu, info.vector_bits,
             threads, threads == 1 ? "" : "s");
  fmt::print("{:<22} {:<44} {:>9} {:>7} {:>9} {:>8} {:>8} {:>7}\n", "block", "kernel", "best us", "share",
             unit_of(m), "of peak", "MB", "GB/s");
  for (const StepTiming& step : m.steps) {
    const double seconds = step.time.least, rate = gflops(step.madds, seconds);
    fmt::print("{:<22} {:<44} {:>9.1f} {:>5.1f} % {:>9.1f} {:>6.1f} % {:>8.3f} {:>7.1f}\n", step.block,
               step.kernel, 1e6 * seconds, 100 * seconds / sum, rate, 100 * rate / peak,
               static_cast<double>(step.bytes) / (1 << 20), static_cast<double>(step.bytes) / seconds / 1e9);
  }
  fmt::print("\none run   min {:.3f} ms, median {:.3f} ms, p99 {:.3f} ms over {} rounds\n", 1e3 * m.run.least,
             1e3 * m.run.median, 1e3 * m.run.p99, m.rounds);
  fmt::print("peak      {:.1f} {} of {}, measured between the runs{}\n", m.peak, unit_of(m), peak_of(m),
             threads == 1 ? "" : " on one core" + peak_of_threads(m, threads));
  fmt::print("reached   {:.1f} {} = {:.1f} % of peak (best run), {:.1f} % (median)\n",
             gflops(m.madds(), m.run.least), unit_of(m), 100 * gflops(m.madds(), m.run.least) / peak,
             100 * gflops(m.madds(), m.run.median) / peak);
}

double megabytes(size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

void print_throughput(const Throughput& t) {
  fmt::print("sessions  {} on {} core{}: {:.1f} runs a second, {:.2f} times one session's {:.1f}\n",
             t.sessions, t.cores, t.cores == 1 ? "" : "s", t.runs_per_second, t.runs_per_second / t.alone,
             t.alone);
  fmt::print("memory    {} x {:.2f} MB, and {:.2f} MB of weights once\n", t.sessions,
             megabytes(t.session_bytes), megabytes(t.weights_bytes));
}

void print_large_pages(const LargePages& l) {
  fmt::print(
      "weights   in large pages: min {:.3f} ms, median {:.3f} ms; where they are, in turn: min {:.3f} ms, "
      "median {:.3f} ms\n",
      1e3 * l.with.least, 1e3 * l.with.median, 1e3 * l.without.least, 1e3 * l.without.median);
  fmt::print("          {:.3f} times as fast (best run), {:.3f} (median); {:.2f} MB in large pages{}\n",
             l.without.least / l.with.least, l.without.median / l.with.median, megabytes(l.bytes),
             l.bytes == 0 ? ": less than one of weights, or the system gave none" : "");
}

nlohmann::json throughput_json(const Throughput& t) {
  return {{"sessions", t.sessions},
          {"cores", t.cores},
          {"runs_per_second", t.runs_per_second},
          {"one_session_runs_per_second", t.alone},
          {"session_bytes", t.session_bytes},
          {"weights_bytes", t.weights_bytes}};
}

nlohmann::json timing_json(const Timing& t) {
  return {{"min", t.least}, {"median", t.median}, {"p99", t.p99}};
}

nlohmann::json large_pages_json(const LargePages& l) {
  return {{"seconds", timing_json(l.with)},
          {"seconds_without", timing_json(l.without)},
          {"rounds", l.rounds},
          {"bytes_in_large_pages", l.bytes}};
}

nlohmann::json measurement_json(const LoadedLibrary& library, const Measurement& m, int threads) {
  const mobilith_model_info& info = *mobilith_model_describe(library.model());
  const double peak = m.peak_of_cores();
  nlohmann::json kernels = nlohmann::json::array();
  for (const StepTiming& step : m.steps)
    kernels.push_back({{"block", step.block},
                       {"kernel", step.kernel},
                       {"seconds", timing_json(step.time)},
                       {"madds", step.madds},
                       {"bytes", step.bytes},
                       {"gflops", gflops(step.madds, step.time.least)},
                       {"share_of_peak", gflops(step.madds, step.time.least) / peak}});
  return {{"name", library.name()},
          {"cpu", info.cpu},
          {"vector_bits", info.vector_bits},
          {"threads", threads},
          {"rounds", m.rounds},
          {"cores", m.cores},
          {"peak_of", peak_of(m)},
          {"peak_gflops_per_core", m.peak},
          {"peak_gflops", m.peak_of_cores()},
          {"seconds", timing_json(m.run)},
          {"madds", m.madds()},
          {"gflops", gflops(m.madds(), m.run.least)},
          {"share_of_peak", gflops(m.madds(), m.run.least) / peak},
          {"kernels", kernels}};
}

}  // namespace

Synopsis bench_synopsis() {
  Synopsis synopsis{
      "mobilith bench DIR [OPTIONS]",
      "Times the library in a tree that 'mobilith generate' wrote, kernel by kernel, beside the peak of "
      "this machine's cores: of FMAs, so that paired products (generate's --products) can reach more than "
      "100 %; of a library of bf16 or bytes, of their products."};
  synopsis.positional = "DIR";
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  synopsis.options.add_options()                                        //
      ("name", text("NAME"), "which library, where DIR holds several")  //
      ("threads", text("N")->default_value("1"),
       "1 to 64; the peak is that of as many cores, or of all that this process may use")  //
      ("sessions", text("N"),
       "1 to 64: how many runs a second as many sessions do together, one thread and one core each; "
       "takes as long again")  //
      ("large-pages",
       "a run with a copy of the weights in pages of 2 MB beside one without, in turn; takes as long "
       "again")                                                                 //
      ("seconds", text("S")->default_value("2"), "how long to measure, about")  //
      ("format", text("text|json")->default_value("text"), "of the output");
  return synopsis;
}

int run_bench(const Arguments& arguments) {
  const auto values = parse(arguments, bench_synopsis());
  if (!values) return 0;
  if (!values->count("DIR")) throw UsageError("DIR: missing; expected a tree that 'mobilith generate' wrote");
  const std::string format = choice(*values, "format", {"text", "json"});
  MeasureOptions wanted;
  wanted.threads = whole("threads", (*values)["threads"].as<std::string>(), 1, 64);
  wanted.seconds = number("seconds", (*values)["seconds"].as<std::string>());
  if (wanted.seconds <= 0 || wanted.seconds > 3600)
    throw UsageError("seconds", "expected a number above 0 and at most 3600");
  const int sessions =
      values->count("sessions") ? whole("sessions", (*values)["sessions"].as<std::string>(), 1, 64) : 0;
  const std::string name = values->count("name") ? (*values)["name"].as<std::string>() : "";
  const LoadedLibrary library = LoadedLibrary::from_tree((*values)["DIR"].as<std::string>(), name);

  notice_interrupts();
  Measurement measured;
  std::optional<Throughput> together;
  std::optional<LargePages> pages;
  const bool wants_pages = values->count("large-pages");
  {
    ProgressReport report("percent measured");
    const int parts = 1 + (sessions > 0) + wants_pages;
    int last = -1, part = 0;
    wanted.progress = [&](double share) {
      throw_if_interrupted();
      const int percent = static_cast<int>(100 * (part + share) / parts);
      if (percent / 10 != last / 10) report.update(percent, 100, library.name());
      last = percent;
    };
    measured = measure(library, wanted);
    if (sessions > 0) {
      part++;
      together = measure_throughput(library, sessions, wanted.seconds, wanted.progress);
    }
    if (wants_pages) {
      part++;
      pages = measure_large_pages(library, wanted.threads, wanted.seconds, wanted.progress);
    }
  }
  if (format == "json") {
    nlohmann::json all = measurement_json(library, measured, wanted.threads);
    if (together) all["throughput"] = throughput_json(*together);
    if (pages) all["large_pages"] = large_pages_json(*pages);
    print_json(all);
    return 0;
  }
  print_table(library, measured, wanted.threads);
  if (together) print_throughput(*together);
  if (pages) print_large_pages(*pages);
  return 0;
}

}  // namespace mobilith
