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
    targets.push_back(resolve_cpu(cpu, options.target, options.products, options.bytes, options.numbers));
  if (targets.empty())
    targets.push_back(resolve_cpu("", options.target, options.products, options.bytes, options.numbers));
  for (const CpuTarget& target : targets)
    if (target.platform != targets.front().platform)
      throw UnknownCpu({.field = "cpu",
                        .text = fmt::format("{} is for {}, {} for {}: one library has one ", targets[0].cpu,
                                            targets[0].platform->name, target.cpu, target.platform->name),
                        .mentioned = "target"});
  std::stable_sort(targets.begin(), targets.end(), [](const CpuTarget& a, const CpuTarget& b) {
    return std::pair(a.vector_bits, std::popcount(a.identity)) >
           std::pair(b.vector_bits, std::popcount(b.identity));
  });
  for (size_t i = 0; i < targets.size(); i++)
    for (size_t j = i + 1; j < targets.size(); j++)
      if (targets[i].identity == targets[j].identity)
        throw UnknownCpu("cpu",
                         fmt::format("{} and {} have the same features, so that no program can tell which "
                                     "it runs on; leave one out",
                                     targets[i].cpu, targets[j].cpu));
  return targets;
}

}  // namespace mobilith
