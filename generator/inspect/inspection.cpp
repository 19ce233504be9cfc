#include "inspect/inspection.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "process/child_process.h"
#include "process/files.h"
#include "process/scratch.h"

namespace mobilith::inspect {

namespace {

namespace fs = std::filesystem;

// What a child does. What is wrong with naming costs the names alone.
void report_to(const fs::path& result, const GeneratedTree& tree, const MachineTarget& target, int kernel,
               const fs::path& scratch) {
  const std::vector<KernelFunction> functions =
      kernel_functions(tree.archive, target, kernel, tree.symbol_prefix);
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

struct Job {
  size_t place;
  fs::path folder;
  std::unique_ptr<ChildProcess> child;
};

}  // namespace

std::vector<KernelReport> inspect_kernels(const GeneratedTree& tree, const std::vector<int>& kernels,
                                          const Done& done) {
  const MachineTarget target(tree.target);
  const Scratch scratch;
  const std::vector<int> cores = allowed_cores();
  constexpr double limit = 300;  // seconds for one kernel
  std::vector<KernelReport> reports(kernels.size());
  std::vector<Job> running;
  size_t next = 0;
  int finished = 0;
  while (next < kernels.size() || !running.empty()) {
    if (next < kernels.size() && running.size() < std::max<size_t>(cores.size(), 1)) {
      const size_t place = next++;
      const fs::path folder = scratch / std::to_string(place);
      fs::create_directory(folder);
      running.push_back({place, folder, nullptr});
      running.back().child = std::make_unique<ChildProcess>(
          [&, folder, kernel = kernels[place]] {
            setenv("TMPDIR", folder.c_str(), 1);
            report_to(folder / "report.json", tree, target, kernel, folder);
          },
          limit, cores, folder / "log");
      continue;
    }
    usleep(1000);
    done(finished, static_cast<int>(kernels.size()), "");
    for (size_t i = 0; i < running.size(); i++) {
      const ChildProcess::State state = running[i].child->state();
      if (state == ChildProcess::State::running) continue;
      const std::string& name = tree.kernels[kernels[running[i].place]].kernel.name;
      if (state == ChildProcess::State::failed)
        throw InspectError(fmt::format("{}: {}", tree.archive_path, running[i].child->message()));
      if (state != ChildProcess::State::done)
        throw InspectError(fmt::format("{}: {}: the inspection {}", tree.archive_path, name,
                                       state == ChildProcess::State::late ? "took too long" : "crashed"));
      const std::string report = read_bytes(running[i].folder / "report.json").value_or("");
      reports[running[i].place] = nlohmann::json::parse(report).get<KernelReport>();
      done(++finished, static_cast<int>(kernels.size()), name);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i--));
    }
  }
  return reports;
}

}  // namespace mobilith::inspect
