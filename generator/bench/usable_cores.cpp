#include "bench/usable_cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// "200000 100000" or "max 100000" (version 2); "200000" or "-1", and the period in a file of its own (version
// 1).
double quota_of(const fs::path& group) {
  double quota = 0, period = 0;
  if (!(std::ifstream(group / "cpu.max") >> quota >> period) &&
      !(std::ifstream(group / "cpu.cfs_quota_us") >> quota &&
        std::ifstream(group / "cpu.cfs_period_us") >> period))
    return unlimited;
  return quota > 0 && period > 0 ? quota / period : unlimited;
}

// Of a group and all around it; a container may see no more of them than the mounted folder itself.
double least_quota(const fs::path& mounted, const fs::path& group) {
  double least = quota_of(mounted);
  fs::path folder = mounted;
  for (const fs::path& part : group.relative_path())
    if (!part.empty()) least = std::min(least, quota_of(folder /= part));
  return least;
}

}  // namespace

// A line of /proc/self/cgroup is number:controllers:path; version 2's has number 0 and no controllers.
double cpu_quota(const fs::path& root) {
  double least = unlimited;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path mounted = root / "sys/fs/cgroup", path = line.substr(second + 1);
    if (controllers.empty()) least = std::min(least, least_quota(mounted, path));
    if ((',' + controllers + ',').find(",cpu,") != std::string::npos)
      for (const std::string& name : {controllers, std::string("cpu")})
        least = std::min(least, least_quota(mounted / name, path));
  }
  return least;
}

int usable_cores() {
  cpu_set_t allowed;
  int cores = static_cast<int>(std::thread::hardware_concurrency());
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) cores = CPU_COUNT(&allowed);
  return std::max(1, static_cast<int>(std::min<double>(cores, std::ceil(cpu_quota()))));
}

}  // namespace mobilith
