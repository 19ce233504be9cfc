// What an install tree says of its library: the one place that knows the manifest's form.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "codegen/target.h"
#include "plan/plan.h"

namespace mobilith::inspect {

struct TreeKernel {
  PlannedKernel kernel;
  int64_t madds = 0;                // of one run of the kernel
  std::vector<std::string> blocks;  // that run it
};

struct GeneratedTree {
  std::string name, archive_path, archive;
  CpuTarget target;  // as the library was compiled for
  // Why the target can't be compiled for here as it was there (another version's features); empty: it can.
  std::string other_target;
  std::vector<TreeKernel> kernels;  // k0, k1, ... in the archive
};

// name: which library, where there are several. Throws InspectError, one line that names the file and the
// field.
GeneratedTree read_tree(const std::filesystem::path&, const std::string& name);

}  // namespace mobilith::inspect
