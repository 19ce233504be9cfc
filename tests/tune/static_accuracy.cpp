// Sets the static cost of candidates beside their measured times, a JSON line each: what
// scripts/static_tuning.sh runs.
//   static_accuracy OUT.jsonl RANDOM ROUNDS SHARD SHARDS [RECORDS]
// For each kernel of the six networks of README.md's table: the analytic default, the committed record, the
// record of RECORDS (a folder that 'autotune --static' wrote), and RANDOM more from the search's pool.
// Measured on the last core that this process may use, L2 emptied before each run, in rounds of all the
// kernel's candidates.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <random>

#include "inspect/kernel_report.h"
#include "inspect/named_code.h"
#include "process/child_process.h"
#include "process/files.h"
#include "process/scratch.h"
#include "records/record_sources.h"
#include "records/tuned_schedules.h"
#include "schedules/kernel_types.h"
#include "tune/candidate_space.h"
#include "tune/cold_caches.h"
#include "tune/compile_candidate.h"
#include "tune/kernel_tasks.h"
#include "tune/loaded_kernel.h"
#include "tune/static_cost.h"

using namespace mobilith;
using namespace mobilith::tune;
using nlohmann::json;

namespace {

struct Tried {
  std::string label;
  json schedule, report;
  double predicted = 0;  // analytic
  std::vector<double> seconds;
};

std::vector<Network> networks() {
  std::vector<Network> list;
  for (const Configuration& c : {Configuration{"mobilenet_v1", 1.0, 1, 224, 224},
                                 {"mobilenet_v1", 0.5, 1, 160, 160},
                                 {"mobilenet_v1", 0.25, 1, 128, 128},
                                 {"mobilenet_v2", 1.0, 1, 224, 224},
                                 {"mobilenet_v2", 1.4, 1, 224, 224},
                                 {"mobilenet_v2", 0.35, 1, 96, 96}})
    list.push_back(build_network(c));
  return list;
}

// Waits for a child; whether it did its work.
bool finished(ChildProcess& child) {
  while (child.state() == ChildProcess::State::running) usleep(500);
  return child.state() == ChildProcess::State::done;
}

void compile(const KernelTask& work, const CpuTarget& target, const Scratch& scratch, size_t place,
             const json& schedule) {
  const std::filesystem::path folder = scratch / std::to_string(place);
  std::filesystem::create_directory(folder);
  setenv("TMPDIR", folder.c_str(), 1);
  compile_candidate({.work = &work,
                     .schedule = schedule,
                     .cpu = "host",
                     .target = "",
                     .products = Products::automatic,
                     .archive = scratch / fmt::format("c{}.a", place),
                     .expected = scratch / "expected"});
  const inspect::Disassembler machine(target);
  const PlannedKernel kernel{work.name, work.type, work.shape, schedule, ""};
  const inspect::NamedCode named = inspect::named_code(kernel, target, machine, folder);
  std::ofstream(scratch / fmt::format("c{}.json", place))
      << json(inspect::kernel_report(machine, named.functions, &named));
}

void measure(const KernelTask& work, const CpuTarget& target, const Scratch& scratch, size_t count,
             int rounds, int core) {
  pin_to({core});
  ColdCaches caches(target.machine.l2, nullptr);
  std::vector<std::unique_ptr<LoadedKernel>> kernels;
  for (size_t i = 0; i < count; i++)
    kernels.push_back(
        std::make_unique<LoadedKernel>(scratch / fmt::format("c{}.a", i), work.network, target.machine));
  std::vector<std::vector<double>> seconds(count);
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < count; i++) {
      const size_t which = round % 2 ? count - 1 - i : i;
      for (int twice = 0; twice < 2; twice++) {
        caches.prepare(kernels[which]->input(), kernels[which]->input_floats());
        seconds[which].push_back(kernels[which]->seconds());
      }
    }
  std::ofstream(scratch / "seconds.json") << json(seconds);
}

}  // namespace

int main(int arguments, char** words) {
  if (arguments < 6)
    return std::cerr << "static_accuracy OUT.jsonl RANDOM ROUNDS SHARD SHARDS [RECORDS]\n", 2;
  const int random = std::stoi(words[2]), rounds = std::stoi(words[3]);
  const CpuTarget target = resolve_cpu("host");
  const std::vector<KernelTask> works =
      shard(kernel_tasks(networks(), target.machine), std::stoi(words[4]), std::stoi(words[5]));
  const ScheduleLookup tuned = tuned_schedules(target, 1, {embedded_records()}, {});
  TuningRecords chosen;
  if (arguments > 6) chosen = read_records(record_file(words[6], target.cpu));
  const std::vector<int> cores = allowed_cores();
  std::ofstream out(words[1]);
  for (size_t w = 0; w < works.size(); w++) {
    const KernelTask& work = works[w];
    const CandidateSpace space(work.type, work.shape, target.machine);
    std::vector<Tried> tried;
    auto add = [&](const std::string& label, const json& schedule) {
      const auto candidate = space.from(schedule);
      if (!candidate) return;
      for (Tried& other : tried)
        if (other.schedule == schedule) return void(other.label += "," + label);
      tried.push_back({label, schedule, nullptr, candidate->cycles, {}});
    };
    add("default", space.default_schedule());
    if (const auto found = tuned(work.type, work.shape)) add("tuned", found->schedule);
    if (const TuningRecord* record =
            chosen.find({work.type, work.shape, "f32", target.isa(), target.machine, 1}))
      add("static", record->schedule);
    std::mt19937_64 generator(7 + w);
    const std::vector<Candidate> pool = space.sample(generator, 1500);
    // From the better half of the predictions, evenly drawn by rank.
    for (int i = 0; i < random && !pool.empty(); i++)
      add("random", pool[std::uniform_int_distribution<size_t>(0, pool.size() / 2)(generator)].schedule);
    const Scratch scratch;
    std::vector<bool> good;
    for (size_t i = 0; i < tried.size(); i += cores.size()) {
      std::vector<std::unique_ptr<ChildProcess>> children;
      for (size_t j = i; j < std::min(tried.size(), i + cores.size()); j++)
        children.push_back(
            std::make_unique<ChildProcess>([&, j] { compile(work, target, scratch, j, tried[j].schedule); },
                                           120, cores, scratch / fmt::format("log{}", j)));
      for (auto& child : children) {
        good.push_back(finished(*child));
        if (!good.back()) std::cerr << work.name << ": " << child->message() << "\n";
      }
    }
    if (std::count(good.begin(), good.end(), true) != static_cast<int>(tried.size())) continue;
    ChildProcess child([&] { measure(work, target, scratch, tried.size(), rounds, cores.back()); }, 300, {},
                       scratch / "log");
    if (!finished(child)) {
      std::cerr << work.name << ": " << child.message() << "\n";
      continue;
    }
    const json seconds = json::parse(read_bytes(scratch / "seconds.json").value_or(""));
    for (size_t i = 0; i < tried.size(); i++) {
      json report = json::parse(read_bytes(scratch / fmt::format("c{}.json", i)).value_or(""));
      const double cost =
          static_cost(report.get<inspect::KernelReport>(), cache_levels(target.cpu, target.machine)).cycles();
      for (json& loop : report["loops"]) loop.erase("code");
      out << json{{"kernel", work.name},
                  {"type", work.type},
                  {"shape", work.shape},
                  {"label", tried[i].label},
                  {"schedule", tried[i].schedule},
                  {"analytic", tried[i].predicted},
                  {"madds", work.network.madds()},
                  {"cost", cost},
                  {"report", report},
                  {"seconds", seconds[i]}}
          << std::endl;
    }
    std::cerr << fmt::format("{}/{} {}\n", w + 1, works.size(), work.name);
  }
  return 0;
}
