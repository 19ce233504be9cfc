// A shared object of a generated library, for programs that load code while they run. LLVM's linker, inside
// this program: the machine needs neither a compiler nor a linker.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace mobilith {

// The bytes of an ELF shared object that holds the library of this name in the tree, and the runtime. It
// exports `mobilith_exports` alone (python/mobilith/exports.c) and needs this machine's libc. Links in a
// child process, with no other thread running; waiting() is called meanwhile and may throw. Throws LoadError,
// where the library is for another system, too.
std::string shared_object(const std::filesystem::path& tree, const std::string& name,
                          const std::function<void()>& waiting);

}  // namespace mobilith
