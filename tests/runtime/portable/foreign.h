// The targets that the runtime is tried on, with what compiles and what runs programs for them.
#pragma once

#include "process.h"

using Words = std::vector<std::string>;

struct ForeignTarget {
  std::string name, platform, triple;  // platform: as bundled_runtime.h names it; triple: LLVM's
  Words compiler;                      // words before the sources; links static programs
  Words emulator;                      // words before the program; empty: this machine runs it
  std::string packages;                // Debian's, that have both
  std::string folder = ".";            // the current folder, as the program sees it
};

const std::vector<ForeignTarget>& foreign_targets();
const ForeignTarget& foreign_target(const std::string& name);

// Says that the program is not there, and which packages have it.
bool missing(const std::string& program, const ForeignTarget&);

// `compiler` with every warning an error, the runtime's folders and these words; CHECKs that it succeeds.
bool compiles(const ForeignTarget&, const Words&);

// Of the target's program, run in the folder, which is where an emulator may keep what it needs, too. CHECKs
// that it ends with 0.
std::string output_of(const ForeignTarget&, const TemporaryFolder&, const Words& program,
                      const Words& environment = {});
