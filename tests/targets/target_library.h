// A small library for any target, compiled in this process, and what LLVM's tools say of its archive.
#pragma once

#include "process.h"
#include "targets/symbols.h"

namespace mobilith::targets {

using Words = std::vector<std::string>;

inline const std::string library_name = "target_model";

// Of small_goldens[0]'s network, or [1]'s; by day of the one's head, of the other's first blocks. Writes the
// tree; returns the archive.
std::filesystem::path write_library(const Platform&, int network, bool bundle_runtime,
                                    const std::filesystem::path& tree);

struct ObjectFile {
  std::string member, format, architecture;  // as llvm-readobj has them
  Names defines, wants;                      // as C has them
  Names hidden;  // that shared objects do not export; none where COFF has no such thing
};

// By llvm-readobj-22 and llvm-nm-22.
std::vector<ObjectFile> read_archive(const Platform&, const std::filesystem::path& archive);

// An application of that tree for that target, compiled by clang-22 without any system's headers: an object.
std::filesystem::path compile_app(const Platform&, const std::filesystem::path& tree,
                                  const Words& options = {});

}  // namespace mobilith::targets
