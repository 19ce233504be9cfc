#include "codegen/kernel_cache.h"

#include <llvm/Support/MemoryBuffer.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "process/files.h"
#include "text/sha256.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

// The generator's own identity: its executable's bytes. Hashed once.
const std::string& generator_identity() {
  static const std::string identity = [] {
    auto executable =
        llvm::MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false, /*RequiresNullTerminator=*/false);
    return executable ? sha256((*executable)->getBuffer()) : std::string("unknown");
  }();
  return identity;
}

constexpr size_t digest_length = 64;

}  // namespace

std::string kernel_key(const PlannedKernel& kernel, const CpuTarget& target) {
  const nlohmann::json everything{
      {"type", kernel.type},
      {"shape", kernel.shape},
      {"schedule", kernel.schedule},
      {"machine", target.machine},
      {"halide_target", target.halide.to_string()},
      {"halide", HALIDE_VERSION_MAJOR * 10000 + HALIDE_VERSION_MINOR * 100 + HALIDE_VERSION_PATCH},
      {"generator", generator_identity()}};
  return sha256(everything.dump());
}

fs::path cache_folder() {
  auto variable = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  fs::path folder = variable("MOBILITH_CACHE");
  if (folder.empty() && !variable("XDG_CACHE_HOME").empty()) folder = variable("XDG_CACHE_HOME") / "mobilith";
  if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") / ".cache" / "mobilith";
  std::error_code error;
  if (folder.empty() || (fs::create_directories(folder, error), error)) return {};
  return folder;
}

std::optional<std::string> read_cached(const fs::path& folder, const std::string& key) {
  if (folder.empty()) return std::nullopt;
  auto file = llvm::MemoryBuffer::getFile((folder / key).string(), false, false);
  if (!file) return std::nullopt;
  const llvm::StringRef bytes = (*file)->getBuffer();
  if (bytes.size() <= digest_length) return std::nullopt;
  const llvm::StringRef bitcode = bytes.drop_back(digest_length);
  if (sha256(bitcode) != bytes.take_back(digest_length)) return std::nullopt;
  return bitcode.str();
}

void write_cached(const fs::path& folder, const std::string& key, const std::string& bitcode) {
  if (folder.empty()) return;
  try {
    replace_file(folder / key, bitcode + sha256(bitcode));
  } catch (const std::runtime_error&) {
  }
}

}  // namespace mobilith
