#include "package/provenance.h"

#include <Halide.h>
#include <fmt/format.h>
#include <llvm/Config/llvm-config.h>

#include "text/sha256.h"

namespace mobilith {

namespace {

#define MOBILITH_TEXT_OF(number) #number
#define MOBILITH_TEXT(number) MOBILITH_TEXT_OF(number)
constexpr const char* halide_version = MOBILITH_TEXT(HALIDE_VERSION_MAJOR) "." MOBILITH_TEXT(
    HALIDE_VERSION_MINOR) "." MOBILITH_TEXT(HALIDE_VERSION_PATCH);

}  // namespace

const std::vector<Tool>& tools() {
  static const std::vector<Tool> all{{"mobilith", MOBILITH_VERSION, "Apache-2.0", "NOASSERTION"},
                                     {"Halide", halide_version, "MIT", "https://github.com/halide/Halide"},
                                     {"LLVM", LLVM_VERSION_STRING, "Apache-2.0 WITH LLVM-exception",
                                      "https://github.com/llvm/llvm-project"}};
  return all;
}

nlohmann::json made_with() {
  nlohmann::json versions;
  for (const Tool& tool : tools()) versions[tool.name] = tool.version;
  return versions;
}

nlohmann::json file_hashes(const std::vector<TreeFile>& files) {
  nlohmann::json hashes = nlohmann::json::object();
  for (const TreeFile& file : files) hashes[file.path.string()] = sha256(file.bytes);
  return hashes;
}

}  // namespace mobilith
