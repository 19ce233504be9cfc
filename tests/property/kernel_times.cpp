// How fast one kernel of a single layer is, alone, on this machine: no test.
//   kernel_times CPU TYPE SHAPE [SCHEDULE | --search N] [--threads N] [--archive FILE]
// SHAPE and SCHEDULE as JSON; without a schedule the default. The share is of one core's FMA peak. --search:
// the best of N schedules, the ones with the best predictions among random ones, and then neighbours of the
// best.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>

#include "bench/peak.h"
#include "layout/layer_shapes.h"
#include "property/kernel_case.h"
#include "schedules/kernel_types.h"
#include "tune/candidate_space.h"

using namespace mobilith;
using namespace mobilith::property;
using nlohmann::json;

namespace {

double multiply_adds(const std::string& type, const json& shape) {
  const auto n = [&](const char* field) { return shape.at(field).get<double>(); };
  if (type == "gate") return 2 * n("channels") * n("hidden");
  if (type == "pool")
    return n("height") * n("width") * n("in_channels") * std::max(0.0, n("hidden_channels"));
  if (type == "dense") return n("in_channels") * n("runs") * n("out_channels");
  if (type == "normalise") return 0;
  const Window w = shape.at("window").get<Window>();
  const double taps = double(w.taps()) * w.out_height * w.out_width;
  if (type == "convolution") return taps * n("in_channels") * n("out_channels");
  const double expansion = shape.at("expand") ? n("in_channels") * w.in_height * w.in_width : 0;
  return (taps + expansion) * n("expanded_channels");
}

struct Timer {
  CpuTarget target;
  KernelCase one;
  PeakMeter meter;
  int threads = 1;
  double peak = 0;

  double seconds(const json& schedule, const std::string& archive = "") {
    one.spec.schedule = schedule;
    const SingleKernel kernel(one.spec, target);
    if (!archive.empty()) std::ofstream(archive, std::ios::binary) << kernel.archive();
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
      const double first = kernel.seconds(one.input, threads, 3);
      best =
          std::min({best, first, kernel.seconds(one.input, threads, std::clamp(int(0.02 / first), 3, 2000))});
      for (int i = 0; i < 10; i++) peak = std::max(peak, meter.burst());
    }
    return best;
  }
};

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() < 3) return 2;
  const std::string type = words[1];
  const json shape = kernel_type(type).canonical_shape(json::parse(words[2]));
  std::string archive;
  json schedule;
  int search = 0, threads = 1;
  std::mt19937_64 random(1);
  for (size_t i = 3; i < words.size(); i++) {
    if (words[i] == "--archive")
      archive = words.at(++i);
    else if (words[i] == "--threads")
      threads = std::stoi(words.at(++i));
    else if (words[i] == "--search")
      search = std::stoi(words.at(++i));
    else
      schedule = json::parse(words[i]);
  }
  const CpuTarget target = resolve_cpu(words[0]);
  Timer timer{target, kernel_case(type, shape, target.machine, random), PeakMeter(target.vector_bits),
              threads};
  if (schedule.is_null()) schedule = timer.one.spec.schedule;
  const double madds = multiply_adds(type, shape);
  const auto print = [&](const char* what, const json& z, double seconds) {
    std::printf("%-8s %9.2f us %7.1f GFLOP/s %4.0f %% of %.0f  %s\n", what, seconds * 1e6,
                2e-9 * madds / seconds, 200e-9 * madds / seconds / timer.peak, timer.peak, z.dump().c_str());
    std::fflush(stdout);
  };
  double best = timer.seconds(schedule, archive);
  print("given", schedule, best);
  const tune::CandidateSpace space(type, shape, target.machine);
  std::set<std::string> tried{schedule.dump()};
  const auto attempt = [&](const json& z) {
    if (!tried.insert(z.dump()).second) return;
    const double seconds = timer.seconds(z);
    if (seconds < 0.99 * best) best = seconds, schedule = z, print("better", z, seconds);
  };
  for (const tune::Candidate& candidate : space.sample(random, size_t(40) * search)) {
    if (int(tried.size()) > search / 2) break;
    attempt(candidate.schedule);
  }
  for (json around; around != schedule && int(tried.size()) <= search;) {
    around = schedule;
    for (const tune::Candidate& candidate : space.neighbours(around)) {
      if (int(tried.size()) > search) break;
      attempt(candidate.schedule);
    }
  }
  if (search > 0) print("best", schedule, timer.seconds(schedule));
}
