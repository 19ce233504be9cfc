// What an install tree says of its library. Parts of the manifest are read elsewhere, too: the target in
// bench/loaded_library.cpp; kernels and weights, before they are written, in check/ and cli/generate.cpp.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "targets/target.h"

namespace mobilith::inspect {

struct TreeKernel {
  PlannedKernel kernel;
  int64_t madds = 0;                // of one run of the kernel
  std::vector<std::string> blocks;  // that run it
};

struct GeneratedTree {
  std::string name, archive_path, archive;
  std::string dtype = "f32", weights_dtype = "f32";  // Configuration's
  CpuTarget target;                                  // as the variant was compiled for
  std::string symbol_prefix;                         // of its functions
  int variants = 1;                                  // CPUs that the library is for
  // Why the target can't be compiled for here as it was there (another version's features); empty: it can.
  std::string other_target;
  std::vector<TreeKernel> kernels;  // k0, k1, ... in the archive
};

// name: which library, where there are several; cpu: for which of its CPUs, empty: the one that it prefers.
// Throws InspectError, one line that names the file and the field, or the option.
GeneratedTree read_tree(const std::filesystem::path&, const std::string& name, const std::string& cpu = "");

// Of a library that is in memory: its manifest and the bytes of its archive. Throws InspectError.
GeneratedTree tree_of(const nlohmann::json& manifest, const std::string& archive,
                      const std::string& cpu = "");

}  // namespace mobilith::inspect
