// The files of a tree against the hashes in its manifest.
#pragma once

#include <filesystem>
#include <string>

namespace mobilith {

// How many files of the library there are, each as its manifest says. Files that several libraries have in
// common, as the runtime, may be as any of their manifests says. Throws CheckError: the first file that is
// missing or differs; LoadError: what in the manifest can't be used.
int check_tree_files(const std::filesystem::path& tree, const std::string& name);

}  // namespace mobilith
