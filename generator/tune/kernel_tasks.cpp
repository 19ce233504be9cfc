#include "tune/kernel_tasks.h"

#include <algorithm>
#include <map>

#include "plan/block_kernel.h"
#include "schedules/kernel_name.h"
#include "schedules/kernel_types.h"

namespace mobilith::tune {

namespace {

// The kernels of one network and the cycles that each takes of a run.
std::vector<KernelTask> kernels_of(const Network& network, const Machine& machine) {
  std::vector<KernelTask> list;
  double total = 0;
  for (const Block& block : network.blocks) {
    if (block.inputs.size() > 1) continue;  // a network of this block alone would have several inputs
    const BlockKernel kernel = block_kernel(block);
    const KernelType& type = kernel_type(kernel.type);
    const double cycles =
        type.predicted_cycles(kernel.shape, type.default_schedule(kernel.shape, machine), machine);
    total += cycles;
    const auto same = std::find_if(list.begin(), list.end(), [&](const KernelTask& work) {
      return work.type == kernel.type && work.shape == kernel.shape;
    });
    if (same != list.end()) {
      same->share += cycles;
      continue;
    }
    list.push_back({"", kernel.type, kernel.shape, Network{network.configuration, {block}}, cycles});
    list.back().network.blocks.front().inputs.clear();  // it reads the image
  }
  for (KernelTask& work : list) work.share /= total;
  return list;
}

}  // namespace

std::vector<KernelTask> kernel_tasks(const std::vector<Network>& networks, const Machine& machine) {
  std::map<std::string, KernelTask> distinct;
  KernelNames names;
  for (const Network& network : networks)
    for (KernelTask& work : kernels_of(network, machine)) {
      const double share = work.share;
      const auto [entry, added] = distinct.try_emplace(work.type + work.shape.dump(), std::move(work));
      if (added)
        entry->second.name = names.next(entry->second.type, entry->second.shape);
      else
        entry->second.share += share;
    }
  std::vector<KernelTask> list;
  for (auto& [key, work] : distinct) list.push_back(std::move(work));
  std::stable_sort(list.begin(), list.end(),
                   [](const KernelTask& a, const KernelTask& b) { return a.share > b.share; });
  return list;
}

std::vector<KernelTask> kernel_tasks(const std::vector<Configuration>& configurations,
                                     const Machine& machine) {
  std::vector<Network> networks;
  for (const Configuration& configuration : configurations) networks.push_back(build_network(configuration));
  return kernel_tasks(networks, machine);
}

std::vector<KernelTask> shard(const std::vector<KernelTask>& list, int index, int count) {
  std::vector<KernelTask> part;
  for (size_t i = static_cast<size_t>(index); i < list.size(); i += static_cast<size_t>(count))
    part.push_back(list[i]);
  return part;
}

std::vector<Network> published_networks() {
  std::vector<Network> networks;
  for (const Configuration& c : published_configurations()) networks.push_back(build_network(c));
  return networks;
}

}  // namespace mobilith::tune
