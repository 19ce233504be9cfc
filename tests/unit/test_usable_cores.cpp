// Quotas of control groups, from files as the kernel writes them.
#include <sched.h>

#include <cmath>

#include "bench/usable_cores.h"
#include "catch.h"
#include "process.h"

namespace test_usable_cores {

using mobilith::cpu_quota;

TEST_CASE("no control groups, or none with a quota: no limit") {
  const TemporaryFolder root;
  CHECK(std::isinf(cpu_quota(root.path())));
  write_text(root / "proc/self/cgroup", "0::/\n");
  CHECK(std::isinf(cpu_quota(root.path())));
  write_text(root / "sys/fs/cgroup/cpu.max", "max 100000\n");
  CHECK(std::isinf(cpu_quota(root.path())));
}

TEST_CASE("version 2: the least quota from the group to the root") {
  const TemporaryFolder root;
  write_text(root / "proc/self/cgroup", "0::/system.slice/a b\n");
  write_text(root / "sys/fs/cgroup/system.slice/a b/cpu.max", "300000 100000\n");
  CHECK(cpu_quota(root.path()) == 3);
  write_text(root / "sys/fs/cgroup/system.slice/cpu.max", "75000 50000\n");
  CHECK(cpu_quota(root.path()) == 1.5);
  write_text(root / "sys/fs/cgroup/other/cpu.max", "1000 100000\n");
  CHECK(cpu_quota(root.path()) == 1.5);
}

TEST_CASE("in a container, which sees its own group as the root") {
  const TemporaryFolder root;
  write_text(root / "proc/self/cgroup", "0::/docker/0123\n");
  write_text(root / "sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(cpu_quota(root.path()) == 2);
}

TEST_CASE("version 1: the group of the controller cpu, mounted under either name") {
  for (const char* mounted : {"cpu,cpuacct", "cpu"}) {
    const TemporaryFolder root;
    const std::string group = std::string("sys/fs/cgroup/") + mounted + "/job";
    write_text(root / "proc/self/cgroup", "4:memory:/job\n3:cpuset:/job\n2:cpu,cpuacct:/job\n0::/\n");
    write_text(root / (group + "/cpu.cfs_quota_us"), "-1\n");
    write_text(root / (group + "/cpu.cfs_period_us"), "100000\n");
    CHECK(std::isinf(cpu_quota(root.path())));
    write_text(root / (group + "/cpu.cfs_quota_us"), "50000\n");
    CHECK(cpu_quota(root.path()) == 0.5);
  }
}

TEST_CASE("usable cores: at least one, at most those of the affinity mask") {
  cpu_set_t allowed;
  REQUIRE(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
  CHECK(mobilith::usable_cores() >= 1);
  CHECK(mobilith::usable_cores() <= CPU_COUNT(&allowed));
}

}  // namespace test_usable_cores
