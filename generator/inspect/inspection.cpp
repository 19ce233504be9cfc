#include "inspect/inspection.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <memory>

#include "process/child_pool.h"
#include "process/files.h"
#include "process/scratch.h"

namespace mobilith::inspect {

namespace {

namespace fs = std::filesystem;

// What a child does. What is wrong with naming costs the names alone.
void report_to(const fs::path& result, const GeneratedTree& tree, const Disassembler& target, int kernel,
               const fs::path& scratch) {
  const std::vector<KernelFunction> functions =
      kernel_functions_apart(tree.archive, target, kernel, tree.symbol_prefix);
  KernelReport report;
  std::string unnamed = tree.other_target;
  std::unique_ptr<NamedCode> named;
  if (unnamed.empty()) {
    try {
      named =
          std::make_unique<NamedCode>(named_code(tree.kernels[kernel].kernel, tree.target, target, scratch));
    } catch (const std::exception& error) {
      unnamed = fmt::format("this program can't compile the kernel: {}", error.what());
    }
  }
  report = kernel_report(target, functions, named.get());
  if (!unnamed.empty()) report.unnamed = unnamed;
  replace_file(result, nlohmann::json(report).dump());
}

}  // namespace

std::vector<KernelReport> inspect_kernels(const GeneratedTree& tree, const std::vector<int>& kernels,
                                          const Done& done) {
  const Disassembler target(tree.target);
  const Scratch scratch;
  const std::vector<int> cores = allowed_cores();
  constexpr double limit = 300;  // seconds for one kernel
  std::vector<KernelReport> reports(kernels.size());
  const int count = static_cast<int>(kernels.size());
  int finished = 0;
  const auto folder = [&](size_t job) { return scratch / std::to_string(job); };
  ChildPool pool;
  pool.at_once = std::max<size_t>(cores.size(), 1);
  pool.start = [&](size_t job) {
    fs::create_directory(folder(job));
    return std::make_unique<ChildProcess>(
        [&, folder = folder(job), kernel = kernels[job]] {
          setenv("TMPDIR", folder.c_str(), 1);
          report_to(folder / "report.json", tree, target, kernel, folder);
        },
        limit, cores, folder(job) / "log");
  };
  pool.ended = [&](size_t job, ChildProcess& child) {
    const ChildProcess::State state = child.state();
    const std::string& name = tree.kernels[kernels[job]].kernel.name;
    if (state == ChildProcess::State::failed)
      throw InspectError(fmt::format("{}: {}", tree.archive_path, child.message()));
    if (state != ChildProcess::State::done)
      throw InspectError(fmt::format("{}: {}: the inspection {}", tree.archive_path, name,
                                     state == ChildProcess::State::late ? "took too long" : child.crash()));
    const std::string report = read_bytes(folder(job) / "report.json").value_or("");
    reports[job] = nlohmann::json::parse(report).get<KernelReport>();
    done(++finished, count, name);
  };
  pool.idle = [&] { done(finished, count, ""); };
  run_children(kernels.size(), pool);
  return reports;
}

}  // namespace mobilith::inspect
