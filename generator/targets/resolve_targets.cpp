#include "targets/resolve_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "targets/errors.h"
#include "targets/target.h"

namespace mobilith {

std::vector<CpuTarget> resolve_targets(const TargetOptions& options) {
  std::vector<CpuTarget> targets;
  for (const std::string& cpu : options.cpus)
    targets.push_back(resolve_cpu(cpu, options.target, options.products));
  if (targets.empty()) targets.push_back(resolve_cpu("", options.target, options.products));
  for (const CpuTarget& target : targets)
    if (target.platform != targets.front().platform)
      throw UnknownCpu(fmt::format("--cpu: {} is for {}, {} for {}: one library has one --target",
                                   targets[0].cpu, targets[0].platform->name, target.cpu,
                                   target.platform->name));
  std::stable_sort(targets.begin(), targets.end(), [](const CpuTarget& a, const CpuTarget& b) {
    return std::pair(a.vector_bits, std::popcount(a.identity)) >
           std::pair(b.vector_bits, std::popcount(b.identity));
  });
  for (size_t i = 0; i < targets.size(); i++)
    for (size_t j = i + 1; j < targets.size(); j++)
      if (targets[i].identity == targets[j].identity)
        throw UnknownCpu(
            fmt::format("--cpu: {} and {} have the same features, so that no program can tell which "
                        "it runs on; leave one out",
                        targets[i].cpu, targets[j].cpu));
  return targets;
}

}  // namespace mobilith
