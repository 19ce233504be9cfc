#include "codegen/kernel_cache.h"

#include <fmt/format.h>
#include <llvm/Config/llvm-config.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "codegen/generator_identity.h"
#include "process/files.h"
#include "process/trusted.h"
#include "text/sha256.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr size_t digest_length = 64;

// [bitcode][key][SHA-256 of both]: an entry under another's name is told by its key.
std::string entry_of(const std::string& key, const std::string& bitcode) {
  return bitcode + key + sha256(bitcode + key);
}

// Why an entry's bytes are not this key's, or "".
std::string entry_problem(std::string_view bytes, const std::string& key) {
  if (bytes.size() <= key.size() + digest_length) return "is cut";
  const std::string_view hashed = bytes.substr(0, bytes.size() - digest_length);
  if (sha256(hashed) != bytes.substr(hashed.size())) return "is damaged";
  if (!hashed.ends_with(key)) return "is another kernel's";
  return "";
}

}  // namespace

std::string kernel_key(const PlannedKernel& kernel, const CpuTarget& target) {
  const nlohmann::json everything{
      {"type", kernel.type},
      {"shape", kernel.shape},
      {"schedule", kernel.schedule},
      {"machine", target.machine},
      {"triple", target.platform->triple},
      {"cpu", target.cpu},
      {"baseline", target.baseline},
      {"features", target.features},
      {"vector_bits", target.vector_bits},
      {"halide_target", target.halide.to_string()},
      {"halide", HALIDE_VERSION_MAJOR * 10000 + HALIDE_VERSION_MINOR * 100 + HALIDE_VERSION_PATCH},
      {"llvm", LLVM_VERSION_STRING},
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
  if (folder.empty() || fs::is_directory(folder, error)) return folder;
  if (!fs::create_directories(folder, error) && error) return {};
  fs::permissions(folder, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove, error);
  return folder;
}

KernelCache::KernelCache(const fs::path& folder, Complain complain) : complain_(std::move(complain)) {
  if (folder.empty()) return;
  std::optional<std::string> why = why_untrusted(folder);
  if (!why && generator_identity().empty()) why = "can't tell generators apart: this one has no build id";
  if (why) {
    if (complain_) complain_(fmt::format("compiled kernels are not kept: {} {}", folder.string(), *why));
    return;
  }
  folder_ = folder;
  clear_unfinished(folder_);
}

std::optional<std::string> KernelCache::read(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  std::string why;
  std::optional<std::string> bytes = read_trusted(folder_ / key, why);
  if (bytes) why = entry_problem(*bytes, key);
  if (!why.empty() && complain_)
    complain_(fmt::format("{}: {}; the kernel is compiled again", (folder_ / key).string(), why));
  if (!bytes || !why.empty()) return std::nullopt;
  bytes->resize(bytes->size() - key.size() - digest_length);
  return bytes;
}

void KernelCache::write(const std::string& key, const std::string& bitcode) const {
  if (folder_.empty()) return;
  try {
    replace_file(folder_ / key, entry_of(key, bitcode));
  } catch (const std::runtime_error&) {
  }
}

}  // namespace mobilith
