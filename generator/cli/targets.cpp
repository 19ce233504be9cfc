// mobilith targets: the platforms and CPUs that libraries are generated for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/print_json.h"
#include "codegen/emit.h"
#include "targets/target.h"

namespace mobilith {

namespace {

nlohmann::json cpu_json(const Platform& row, const std::string& name) {
  const CpuTarget target = resolve_cpu(name, row.name);
  return {{"cpu", name},
          {"isa", target.isa()},
          {"vector_bits", target.vector_bits},
          {"features", target.features},
          {"l1_bytes", target.machine.l1},
          {"l2_bytes", target.machine.l2}};
}

nlohmann::json platform_json(const Platform& row) {
  nlohmann::json cpus = nlohmann::json::array();
  for (const std::string& name : cpu_names(row)) cpus.push_back(cpu_json(row, name));
  return {{"target", row.name},
          {"triple", row.triple},
          {"default_cpu", &row == &host_platform() ? "host" : row.default_cpu},
          {"library", archive_name("NAME", row)},
          {"tested", row.tested},
          {"cpus", cpus}};
}

void print_platforms() {
  fmt::print("{:<22} {:<16} {:<12} {}\n", "--target", "default --cpu", "library", "tested");
  for (const Platform& row : platforms)
    fmt::print("{:<22} {:<16} {:<12} {}\n", row.name, &row == &host_platform() ? "host" : row.default_cpu,
               archive_name("NAME", row), row.tested);
  fmt::print(
      "\nAny triple that means one of these is taken too. 'mobilith targets TARGET' lists its CPUs.\n");
}

void print_cpus(const Platform& row) {
  fmt::print("{:<20} {:<8} {:>7} {:>8} {:>9}   {}\n", "--cpu", "isa", "vectors", "L1", "L2", "features");
  for (const std::string& name : cpu_names(row)) {
    const CpuTarget target = resolve_cpu(name, row.name);
    fmt::print("{:<20} {:<8} {:>7} {:>5} KB {:>6} KB   {}\n", name, target.isa(), target.vector_bits,
               target.machine.l1 >> 10, target.machine.l2 >> 10, target.features);
  }
}

}  // namespace

Synopsis targets_synopsis() {
  Synopsis synopsis{
      "mobilith targets [TARGET] [OPTIONS]",
      "Lists the systems and architectures that --target takes, or the CPUs of one of them that --cpu "
      "takes."};
  synopsis.positional = "TARGET";
  synopsis.options.add_options()(
      "format", options::value<std::string>()->value_name("text|json")->default_value("text"),
      "of the output");
  return synopsis;
}

int run_targets(const Arguments& arguments) {
  const auto values = parse(arguments, targets_synopsis());
  if (!values) return 0;
  const std::string format = choice(*values, "format", {"text", "json"});
  const Platform* row = values->count("TARGET") ? &platform((*values)["TARGET"].as<std::string>()) : nullptr;
  if (format == "json") {
    nlohmann::json rows = nlohmann::json::array();
    if (row)
      rows.push_back(platform_json(*row));
    else
      for (const Platform& each : platforms) rows.push_back(platform_json(each));
    print_json(rows);
  } else if (row) {
    print_cpus(*row);
  } else {
    print_platforms();
  }
  return 0;
}

}  // namespace mobilith
