// mobilith inspect: what is inside a generated library: loops, registers, predicted and measured times.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cli/inspect_table.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/print_json.h"
#include "cli/progress.h"
#include "inspect/inspection.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

std::vector<int> chosen_kernels(const inspect::GeneratedTree& tree, const std::string& wanted) {
  std::vector<int> all;
  std::vector<std::string> names;
  for (size_t i = 0; i < tree.kernels.size(); i++) {
    const std::string& name = tree.kernels[i].kernel.name;
    if (name == wanted || fmt::format("{}", i) == wanted) return {static_cast<int>(i)};
    names.push_back(name), all.push_back(static_cast<int>(i));
  }
  if (wanted.empty()) return all;
  throw UsageError("kernel", fmt::format("no kernel '{}'{}; {} has 0 to {}", wanted,
                                         did_you_mean(wanted, names), tree.name, names.size() - 1));
}

// Why the library can't be run here; empty: it can.
std::string not_runnable(const CpuTarget& target) {
  if (!target.native())
    return fmt::format("not measured: this machine can't run code for {}", target.platform->name);
  if (target.required & ~instructions_here())
    return fmt::format("not measured: this CPU lacks what code for {} needs", target.cpu);
  return "";
}

Measurement measured(const std::filesystem::path& folder, const std::string& name, double seconds) {
  const LoadedLibrary library = LoadedLibrary::from_tree(folder, name);
  ProgressReport report("percent measured");
  MeasureOptions wanted;
  wanted.seconds = seconds;
  int last = -1;
  wanted.progress = [&](double share) {
    throw_if_interrupted();
    const int percent = static_cast<int>(100 * share);
    if (percent / 10 != last / 10) report.update(percent, 100, name);
    last = percent;
  };
  return measure(library, wanted);
}

}  // namespace

Synopsis inspect_synopsis() {
  Synopsis synopsis{
      "mobilith inspect DIR [OPTIONS]",
      "Shows what is inside the library in a tree that 'mobilith generate' wrote: per kernel its "
      "loops and tiles, registers, spills, FMAs per load, the cycles that LLVM's scheduling model "
      "predicts, measured times, and bytes from each cache level."};
  synopsis.positional = "DIR";
  auto text = [](const char* placeholder) { return options::value<std::string>()->value_name(placeholder); };
  synopsis.options.add_options()                                                           //
      ("name", text("NAME"), "which library, where DIR holds several")                     //
      ("cpu", text("NAME"), "for which CPU, where it is for several (default: the best)")  //
      ("kernel", text("KERNEL"), "this one alone, by its name or its number")              //
      ("asm", "the code of each kernel's main inner loops, with the names of its loops")   //
      ("no-run", "measure nothing, although this CPU could")                               //
      ("seconds", text("S")->default_value("2"), "how long to measure, about")             //
      ("format", text("text|json")->default_value("text"), "of the output");
  return synopsis;
}

int run_inspect(const Arguments& arguments) {
  const auto values = parse(arguments, inspect_synopsis());
  if (!values) return 0;
  if (!values->count("DIR")) throw UsageError("DIR: missing; expected a tree that 'mobilith generate' wrote");
  auto text = [&](const char* option) {
    return values->count(option) ? (*values)[option].as<std::string>() : "";
  };
  const std::string format = choice(*values, "format", {"text", "json"});
  const double seconds = number("seconds", text("seconds"));
  if (seconds <= 0 || seconds > 3600)
    throw UsageError("seconds", "expected a number above 0 and at most 3600");
  if (values->count("no-run") && !(*values)["seconds"].defaulted())
    throw UsageError("no-run", "excludes --seconds");
  Inspection found;
  found.tree = inspect::read_tree(text("DIR"), text("name"), text("cpu"));
  found.kernels = chosen_kernels(found.tree, text("kernel"));

  notice_interrupts();
  {
    ProgressReport report("kernels");
    found.reports = inspect::inspect_kernels(found.tree, found.kernels,
                                             [&](int done, int total, const std::string& kernel) {
                                               throw_if_interrupted();
                                               if (!kernel.empty() || report.terminal())
                                                 report.update(done, total, kernel);
                                             });
  }
  found.not_measured = values->count("no-run") ? "not measured: --no-run" : not_runnable(found.tree.target);
  if (found.tree.variants > 1)
    setenv("MOBILITH_CPU", found.tree.target.cpu.c_str(), 1);  // the same one is measured
  if (found.not_measured.empty()) found.measurement = measured(text("DIR"), found.tree.name, seconds);
  if (format == "json")
    print_json(inspection_json(found, values->count("asm") > 0));
  else
    print_inspection(found, values->count("asm") > 0);
  return 0;
}

}  // namespace mobilith
