#include "link/shared_object.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <lld/Common/Driver.h>
#include <llvm/Support/raw_ostream.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "bench/archive_bounds.h"
#include "bench/loaded_library.h"
#include "bench/tree_file.h"
#include "link/exports_object.h"
#include "process/child_process.h"
#include "process/files.h"
#include "process/read_file.h"
#include "process/scratch.h"

LLD_HAS_DRIVER(elf)

namespace mobilith {

namespace {

namespace fs = std::filesystem;

constexpr double link_seconds = 120;

// The C library that this process runs with: its symbols' versions are then those of the machine.
std::string libc_file() {
  Dl_info info{};
  if (!dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &info) || !info.dli_fname)
    throw LoadError("where this machine's libc is can't be told");
  return info.dli_fname;
}

// A copy of an archive in the folder: what was looked at is what is linked.
fs::path copied_archive(const fs::path& archive, const Scratch& scratch) {
  const std::string bytes = read_tree_file(archive), file = archive.filename().string();
  if (const std::string fault = archive_fault(bytes); !fault.empty())
    throw LoadError(fmt::format("{}: {}", archive.string(), fault));
  replace_file(scratch / file, bytes);
  return scratch / file;
}

void run_linker(const std::vector<std::string>& words) {
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::string said;
  llvm::raw_string_ostream stream(said);
  if (lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}}).retCode == 0) return;
  said.erase(0, std::min(said.find_first_not_of('\n'), said.size()));
  throw LoadError(said.substr(0, said.find('\n')));
}

}  // namespace

std::string shared_object(const fs::path& tree, const std::string& name,
                          const std::function<void()>& waiting) {
  const auto in_name = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  if (!std::all_of(name.begin(), name.end(), in_name))
    throw LoadError(fmt::format("{}: '{}' can be no library's name", tree.string(), name));
  const nlohmann::json manifest = read_native_manifest(tree / "share" / name / "manifest.json");

  const Scratch scratch;
  replace_file(scratch / "exports.o", embedded::exports_object());
  // What others' archives ask for beside their symbols (dependent libraries) is not followed.
  std::vector<std::string> words{"ld.lld",
                                 "-shared",
                                 "--no-dependent-libraries",
                                 "--exclude-libs=ALL",
                                 "-znow",
                                 "-zrelro",
                                 "-zdefs",
                                 "--no-mmap-output-file",  // on a full disk that is a SIGBUS
                                 "--defsym=mobilith_exported_model=" + name,
                                 "-o",
                                 scratch / "library.so",
                                 scratch / "exports.o",
                                 copied_archive(tree / "lib" / fmt::format("lib{}.a", name), scratch)};
  const nlohmann::json bundled = manifest.value("runtime_bundled", nlohmann::json());
  if (!bundled.is_boolean() || !bundled.get<bool>())
    words.push_back(copied_archive(tree / "lib" / "libmobilith_runtime.a", scratch));
  words.push_back(libc_file());

  ChildProcess child([&] { run_linker(words); }, link_seconds, {}, scratch / "log");
  while (child.state() == ChildProcess::State::running) {
    usleep(1000);
    waiting();
  }
  if (child.state() != ChildProcess::State::done)
    throw LoadError(fmt::format("{}: {} can't be linked: {}", tree.string(), name, child.message()));
  return read_tree_file(scratch / "library.so");
}

}  // namespace mobilith
