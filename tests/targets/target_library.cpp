#include "targets/target_library.h"

#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "codegen/emit.h"
#include "networks/output_blocks.h"
#include "networks/table.h"
#include "nightly.h"
#include "package/compile_library.h"
#include "package/package.h"

namespace mobilith::targets {

namespace {

std::string output_of(const Words& words) {
  const ProcessResult result = run_process(words);
  if (result.code != 0) throw std::runtime_error(words[0] + ": " + result.err + result.out);
  return result.out;
}

bool is_macho(const Platform& platform) { return llvm::Triple(platform.triple).isOSBinFormatMachO(); }

std::string as_c_has_it(const Platform& platform, std::string name) {
  if (is_macho(platform) && name.starts_with("_")) name.erase(0, 1);
  return name;
}

// Symbols that llvm-readobj shows with a format's own word for hidden.
void read_hidden(const Platform& platform, const std::filesystem::path& archive,
                 std::vector<ObjectFile>& objects) {
  std::istringstream lines(output_of({"llvm-readobj-22", "--symbols", archive}));
  ObjectFile* object = nullptr;
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "File:")
      for (ObjectFile& one : objects)
        if (line.ends_with("(" + one.member + ")")) object = &one;
    if (word == "Name:") words >> name;
    if (object && (word == "STV_HIDDEN" || word == "PrivateExtern" || word == "VISIBILITY_HIDDEN"))
      object->hidden.insert(as_c_has_it(platform, name));
  }
}

}  // namespace

std::filesystem::path write_library(const Platform& platform, int network, bool bundle_runtime,
                                    const std::filesystem::path& tree) {
  const Configuration configuration = network == 0 ? Configuration{"mobilenet_v1", 0.25, 1, 32, 32, 1000}
                                                   : Configuration{"mobilenet_v2", 0.35, 1, 97, 97, 1000};
  LibraryOptions options;
  options.name = library_name;
  options.target = platform.name;
  options.cpus = {platform.default_cpu};
  options.bundle_runtime = bundle_runtime;
  Network made = with_output(build_network(configuration), Output::logits);
  // V2's first blocks have each kind of kernel but those of a head.
  if (!testing::nightly()) {
    if (network == 0)
      made.blocks.erase(made.blocks.begin(), made.blocks.end() - 1);
    else
      made = with_output_blocks(std::move(made), {"inverted_residual_2"});
  }
  Package package{options.name, configuration, output_function(made), made.blocks.back().name, {}};
  package.library = compile_library(made, *open_weights("synthetic"), options);
  write_package(package, tree);
  return tree / "lib" / archive_name(options.name, platform);
}

std::vector<ObjectFile> read_archive(const Platform& platform, const std::filesystem::path& archive) {
  std::vector<ObjectFile> objects;
  std::istringstream headers(output_of({"llvm-readobj-22", "--file-headers", archive}));
  for (std::string line; std::getline(headers, line);) {
    if (line.starts_with("File: "))
      objects.push_back(
          {line.substr(line.rfind('(') + 1, line.rfind(')') - line.rfind('(') - 1), "", "", {}, {}, {}});
    if (line.starts_with("Format: ")) objects.back().format = line.substr(8);
    if (line.starts_with("Arch: ")) objects.back().architecture = line.substr(6);
  }
  for (ObjectFile& object : objects) {
    std::istringstream symbols(output_of({"llvm-nm-22", "--extern-only", "--format=posix", archive}));
    bool mine = false;
    for (std::string line; std::getline(symbols, line);) {
      if (line.ends_with(".o:")) mine = line == object.member + ":";
      std::istringstream words(line);
      std::string name, kind;
      if (!mine || line.ends_with(".o:") || !(words >> name >> kind)) continue;
      (kind == "U" ? object.wants : object.defines).insert(as_c_has_it(platform, name));
    }
  }
  read_hidden(platform, archive, objects);
  return objects;
}

std::filesystem::path compile_app(const Platform& platform, const std::filesystem::path& tree,
                                  const Words& options) {
  const std::filesystem::path object = tree / "app.o";
  Words words{"clang-22",
              "--target=" + std::string(platform.triple),
              "-ffreestanding",
              "-nostdlibinc",
              "-std=c99",
              "-O1",
              "-fPIC",
              "-I" + (tree / "include").string(),
              "-DMODEL=" + library_name,
              "-DMODEL_HEADER=\"" + library_name + ".h\"",
              "-c",
              MOBILITH_SOURCE "/tests/targets/app.c",
              "-o",
              object};
  if (llvm::Triple(platform.triple).isOSWindows())
    words.erase(std::find(words.begin(), words.end(), "-fPIC"));
  words.insert(words.end(), options.begin(), options.end());
  output_of(words);
  return object;
}

}  // namespace mobilith::targets
