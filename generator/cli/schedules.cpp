// mobilith schedules: what the tuner has measured.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/output_file.h"
#include "cli/print_json.h"
#include "cli/record_rows.h"
#include "cli/schedule_options.h"
#include "records/record_entry.h"
#include "records/record_files.h"
#include "records/verify_record.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

constexpr int most_files = 1000;

std::vector<std::string> words(const options::variables_map& values, const char* name) {
  return values.count(name) ? values[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

Synopsis with_format(const char* usage, const char* about, const char* positional, int most = 1) {
  Synopsis synopsis{usage, about, options::options_description("options"), positional, most};
  synopsis.options.add_options()(
      "format", options::value<std::string>()->value_name("text|json")->default_value("text"),
      "of the output");
  return synopsis;
}

Synopsis list_synopsis() {
  return with_format("mobilith schedules list [FILE|DIR] [OPTIONS]",
                     "Lists the records of a file or folder; without one, those inside the program. Shares "
                     "of peak are of the FMA peak, which paired products can exceed.",
                     "FILE");
}

Synopsis show_synopsis() {
  return with_format("mobilith schedules show KERNEL|INDEX [FILE|DIR] [OPTIONS]",
                     "Shows all of the records of a kernel, by its name or its number in the list.", "KERNEL",
                     2);
}

Synopsis merge_synopsis() {
  Synopsis synopsis{
      "mobilith schedules merge FILE FILE... [OPTIONS]",
      "Unites record files. Of two records of a kernel the measured one stays, then the faster one.",
      options::options_description("options"), "FILE", most_files};
  synopsis.options.add_options()("out", options::value<std::string>()->value_name("FILE"),
                                 "written instead of standard output; may be one of the files");
  return synopsis;
}

Synopsis verify_synopsis() {
  return with_format(
      "mobilith schedules verify FILE... [OPTIONS]",
      "Checks whether every record can be read, has a shape of its type, and a schedule that fits "
      "and builds.",
      "FILE", most_files);
}

void print_rows_json(const std::vector<RecordRow>& rows) {
  nlohmann::json list = nlohmann::json::array();
  for (const RecordRow& row : rows) list.push_back(row_json(row));
  print_json(list);
}

void print_table(const std::vector<RecordRow>& rows) {
  fmt::print("{:>4} {:<16} {:<44} {:<7} {:<8} {:>12} {:>7} {:>10} {:>8} {:>7}  {:<8} {}\n", "#", "cpu",
             "kernel", "isa", "products", "L1+L2 KB", "threads", "us", "of peak", "gain", "method", "date");
  for (const RecordRow& row : rows) {
    const TuningRecord& r = row.record;
    fmt::print("{:>4} {:<16} {:<44} {:<7} {:<8} {:>12} {:>7} {:>10.2f} {:>6.1f} % {:>5.1f} %  {:<8} {}\n",
               row.index, row.cpu, row.kernel, r.key.isa,
               r.key.machine.pair_vectors > 0 ? "paired" : "direct",
               fmt::format("{}+{}", r.key.machine.l1 >> 10, r.key.machine.l2 >> 10), r.key.threads,
               1e6 * r.seconds, 100 * r.peak_share, 100 * gain(r), r.method, r.date);
  }
}

int run_list(const Arguments& arguments) {
  const auto values = parse(arguments, list_synopsis());
  if (!values) return 0;
  const bool json = choice(*values, "format", {"text", "json"}) == "json";
  const auto rows = record_rows(values->count("FILE") ? (*values)["FILE"].as<std::string>() : "");
  json ? print_rows_json(rows) : print_table(rows);
  return 0;
}

std::vector<RecordRow> matching(const std::vector<RecordRow>& rows, const std::string& what) {
  std::vector<RecordRow> found;
  std::vector<std::string> names;
  size_t index = 0;
  const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), index);
  const bool number = error == std::errc() && end == what.data() + what.size();
  for (const RecordRow& row : rows) {
    if (number ? row.index == index : row.kernel == what) found.push_back(row);
    names.push_back(row.kernel);
  }
  if (found.empty())
    throw std::runtime_error(
        fmt::format("no record '{}' among {}{}", what, rows.size(), did_you_mean(what, names)));
  return found;
}

int run_show(const Arguments& arguments) {
  const auto values = parse(arguments, show_synopsis());
  if (!values) return 0;
  const std::vector<std::string> given = words(*values, "KERNEL");
  if (given.empty()) throw UsageError("schedules show: expected a kernel's name or a record's number");
  const bool json = choice(*values, "format", {"text", "json"}) == "json";
  const auto rows = matching(record_rows(given.size() > 1 ? given[1] : ""), given[0]);
  if (json) return print_rows_json(rows), 0;
  for (const RecordRow& row : rows)
    fmt::print("{} {} for {}\n{}\n", row.index, row.kernel, row.cpu, print_record(row.record));
  return 0;
}

bool is_among(const std::string& file, const std::vector<std::string>& files) {
  std::error_code error;
  for (const std::string& other : files)
    if (std::filesystem::equivalent(file, other, error)) return true;
  return false;
}

int run_merge(const Arguments& arguments) {
  const auto values = parse(arguments, merge_synopsis());
  if (!values) return 0;
  const std::vector<std::string> files = words(*values, "FILE");
  if (files.size() < 2) throw UsageError("schedules merge: expected two files or more");
  if (values->count("out") && (*values)["out"].as<std::string>().empty())
    throw UsageError("out", "expected the name of a file, got nothing");
  TuningRecords all;
  for (const std::string& file : files) all.merge(records_of(file));
  if (!values->count("out")) return fmt::print("{}", all.print()), 0;
  // Into one of the files: what another program adds to it meanwhile must stay.
  const std::string out = (*values)["out"].as<std::string>();
  (is_among(out, files) ? add_records : write_records)(place_of_output("out", out), all, warn);
  return 0;
}

int run_verify(const Arguments& arguments) {
  const auto values = parse(arguments, verify_synopsis());
  if (!values) return 0;
  const std::vector<std::string> files = words(*values, "FILE");
  if (files.empty()) throw UsageError("schedules verify: expected a file");
  const bool json = choice(*values, "format", {"text", "json"}) == "json";
  nlohmann::json bad = nlohmann::json::array();
  size_t good = 0;
  auto blame = [&](const std::string& file, const std::string& kernel, const std::string& why) {
    bad.push_back({{"file", file}, {"kernel", kernel}, {"problem", why}});
    if (!json) warn(kernel.empty() ? why : fmt::format("{}: {}: {}", file, kernel, why));
  };
  for (const std::string& file : files) {
    if (!std::filesystem::exists(file)) throw std::runtime_error(fmt::format("{}: no such file", file));
    const auto records = read_records(file, [&](const std::string& why) { blame(file, "", why); });
    for (const RecordRow& row : rows_of(file, records)) {
      if (const auto why = why_unusable(row.record))
        blame(file, fmt::format("{} ({}, record {})", row.kernel, row.record.key.isa, row.index), *why);
      else
        good++;
    }
  }
  if (json)
    print_json(nlohmann::json{{"good", good}, {"bad", bad}});
  else
    fmt::print("{} good, {} bad\n", good, bad.size());
  return bad.empty() ? 0 : 1;
}

constexpr Command table[] = {
    {"list", "one row a record: kernel, CPU, time, share of peak, gain", run_list, list_synopsis},
    {"show", "all of a record, its schedule too", run_show, show_synopsis},
    {"merge", "the union of record files, the better of two rivals", run_merge, merge_synopsis},
    {"verify", "whether every record can be used", run_verify, verify_synopsis},
};

}  // namespace

std::span<const Command> schedules_commands() { return table; }

int run_schedules(const Arguments& arguments) {
  if (arguments.empty()) throw UsageError("schedules: expected list, show, merge or verify");
  const std::string& name = arguments.front();
  if (name == "--help") {
    fmt::print("usage: mobilith schedules COMMAND [OPTIONS]\n\ncommands\n");
    for (const Command& command : table) fmt::print("  {:<10} {}\n", command.name, command.summary);
    return 0;
  }
  std::vector<std::string> names;
  for (const Command& command : table) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(command.name);
  }
  throw UsageError(fmt::format("schedules: expected list, show, merge or verify, got '{}'{}", name,
                               did_you_mean(name, names)));
}

}  // namespace mobilith
