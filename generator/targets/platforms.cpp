#include "targets/platforms.h"

#include <fmt/format.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>

#include "targets/errors.h"
#include "targets/llvm_targets.h"
#include "text/near_names.h"

namespace mobilith {

namespace {

llvm::Triple triple_of(const Platform& row) { return llvm::Triple(row.triple); }

// Rows of one architecture and system differ by environment (gnu, musl, msvc); who names none means the
// first.
bool fits(const Platform& row, const llvm::Triple& wanted) {
  const llvm::Triple triple = triple_of(row);
  if (triple.isWasm()) return wanted.getArch() == triple.getArch();  // any system's, or none's
  const bool same_system = triple.isOSDarwin() ? wanted.isMacOSX() : triple.getOS() == wanted.getOS();
  return triple.getArch() == wanted.getArch() && same_system &&
         (wanted.getEnvironmentName().empty() || triple.isOSDarwin() ||
          triple.getEnvironment() == wanted.getEnvironment());
}

bool has_cpu(const Platform& row, const std::string& cpu) {
  const std::vector<std::string> names = cpu_names(row);
  return std::binary_search(names.begin(), names.end(), cpu);
}

}  // namespace

const Platform& host_platform() {
  static const Platform& host = platform(llvm::sys::getDefaultTargetTriple());
  return host;
}

const Platform& platform(const std::string& name) {
  std::vector<std::string> names;
  for (const Platform& row : platforms) {
    if (name == row.name) return row;
    names.emplace_back(row.name);
  }
  const llvm::Triple wanted(llvm::Triple::normalize(name));
  for (const Platform& row : platforms)
    if (fits(row, wanted)) return row;
  throw UnknownTarget("target", fmt::format("unknown target '{}'{}; 'mobilith targets' lists them", name,
                                            did_you_mean(name, names)));
}

std::vector<std::string> cpu_names(const Platform& row) {
  const llvm::Triple triple = triple_of(row);
  std::vector<std::string> names;
  for (std::string& cpu : llvm_cpu_names(triple))
    if (can_run_kernels(*subtarget(triple, cpu))) names.push_back(std::move(cpu));
  std::sort(names.begin(), names.end());
  return names;
}

const Platform& platform_of_cpu(const std::string& cpu) {
  if (has_cpu(host_platform(), cpu)) return host_platform();
  std::vector<std::string> names;
  for (const Platform& row : platforms) {
    if (has_cpu(row, cpu)) return row;
    for (std::string& name : cpu_names(row)) names.push_back(std::move(name));
  }
  throw UnknownCpu(
      "cpu", fmt::format("unknown CPU '{}'{} ('host' is this machine's)", cpu, did_you_mean(cpu, names)));
}

bool same_architecture(const Platform& a, const Platform& b) {
  return triple_of(a).getArch() == triple_of(b).getArch();
}

}  // namespace mobilith
