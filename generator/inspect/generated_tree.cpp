#include "inspect/generated_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "bench/loaded_library.h"
#include "codegen/codegen.h"
#include "inspect/machine_target.h"
#include "schedules/kernel_types.h"
#include "text/near_names.h"

namespace mobilith::inspect {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file || file.bad()) throw InspectError(fmt::format("{}: can't be read", path.string()));
  return bytes.str();
}

std::string chosen(const fs::path& tree, const std::string& wanted) {
  std::error_code error;
  if (!fs::is_directory(tree, error)) throw InspectError(fmt::format("{}: no such folder", tree.string()));
  const std::vector<std::string> names = library_names(tree);
  if (names.empty())
    throw InspectError(
        fmt::format("{}: no generated library here (no share/NAME/manifest.json)", tree.string()));
  if (wanted.empty() && names.size() > 1)
    throw InspectError(fmt::format("{}: several libraries; choose one with --name: {}", tree.string(),
                                   fmt::join(names, ", ")));
  if (!wanted.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
    throw InspectError(fmt::format("{}: no library '{}'{}; there is {}", tree.string(), wanted,
                                   did_you_mean(wanted, names), fmt::join(names, ", ")));
  return wanted.empty() ? names.front() : wanted;
}

// Compiled for as the library was: by the CPU's name, or as this machine, which may have fewer features.
void read_target(GeneratedTree& tree, const json& target) {
  const std::string cpu = target.at("cpu"), features = target.at("features");
  for (const std::string& name : {cpu, std::string("host")}) {
    const CpuTarget resolved = resolve_cpu(name);
    if (resolved.cpu == cpu && resolved.triple == target.at("triple") && resolved.features == features) {
      tree.target = resolved;
      tree.target.machine = target.at("machine").get<Machine>();
      return;
    }
  }
  tree.target.cpu = cpu, tree.target.features = features, tree.target.triple = target.at("triple");
  tree.target.vector_bits = target.at("vector_bits");
  tree.target.machine = target.at("machine").get<Machine>();
  tree.other_target = fmt::format("this program compiles for other features of {}", cpu);
}

void read_kernels(GeneratedTree& tree, const json& manifest) {
  for (const json& kernel : manifest.at("kernels")) {
    kernel_type(kernel.at("type").get<std::string>());
    tree.kernels.push_back({{kernel.at("name"), kernel.at("type"), kernel.at("shape"), kernel.at("schedule"),
                             kernel.at("schedule_source")},
                            0,
                            {}});
  }
  for (const json& step : manifest.at("steps"))
    for (TreeKernel& kernel : tree.kernels)
      if (kernel.kernel.name == step.at("kernel")) {
        kernel.madds = step.at("madds");
        kernel.blocks.push_back(step.at("block"));
      }
}

}  // namespace

GeneratedTree read_tree(const fs::path& folder, const std::string& wanted) {
  GeneratedTree tree;
  tree.name = chosen(folder, wanted);
  const fs::path path = folder / "share" / tree.name / "manifest.json";
  const std::string text = read_file(path);
  try {
    const json manifest = json::parse(text);
    read_target(tree, manifest.at("target"));
    read_kernels(tree, manifest);
  } catch (const json::exception& error) {
    const std::string what = error.what();
    throw InspectError(fmt::format("{}: {}", path.string(), what.substr(what.find("] ") + 2)));
  } catch (const std::invalid_argument& error) {
    throw InspectError(fmt::format("{}: {}", path.string(), error.what()));
  } catch (const UnknownCpu&) {
    throw InspectError(fmt::format("{}: target.cpu: a CPU that this program does not know", path.string()));
  }
  tree.archive_path = (folder / "lib" / ("lib" + tree.name + ".a")).string();
  tree.archive = read_file(tree.archive_path);
  return tree;
}

}  // namespace mobilith::inspect
