#include "cli/runnable.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace mobilith {

void require_runnable(const CpuTarget& target, const std::string& cpu, const std::string& otherwise) {
  if (!target.native())
    throw UsageError("cpu", fmt::format("{} is a CPU for {}, whose code this machine can't run; {}", cpu,
                                        target.platform->name, otherwise));
  if (target.required & ~instructions_here())
    throw UsageError("cpu", fmt::format("this machine can't run code for '{}'; {}", cpu, otherwise));
}

}  // namespace mobilith
