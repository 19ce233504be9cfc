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
// The one that MOBILITH_TEST_TARGET names: a ctest for each, so that one whose compiler is missing hides no
// other.
const ForeignTarget& target_under_test();

// Whether the compiler is missing, or the emulator; then it skips.
bool no_compiler(const ForeignTarget&);
bool no_emulator(const ForeignTarget&);

// `compiler` with every warning an error, the runtime's folders and these words; CHECKs that it succeeds.
bool compiles(const ForeignTarget&, const Words&);

// Of the target's program, run in the folder, which is where an emulator may keep what it needs, too. CHECKs
// that it ends with 0.
std::string output_of(const ForeignTarget&, const TemporaryFolder&, const Words& program,
                      const Words& environment = {});
