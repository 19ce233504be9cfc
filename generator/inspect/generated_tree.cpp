#include "inspect/generated_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/loaded_library.h"
#include "bench/tree_file.h"
#include "codegen/emit.h"
#include "codegen/link_kernels.h"
#include "inspect/disassembler.h"
#include "plan/numbers_of.h"
#include "schedules/kernel_types.h"
#include "targets/errors.h"
#include "text/near_names.h"

namespace mobilith::inspect {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string chosen(const fs::path& tree, const std::string& wanted) {
  std::error_code error;
  if (!fs::is_directory(tree, error)) throw InspectError(fmt::format("{}: no such folder", tree.string()));
  const std::vector<std::string> names = library_names(tree);
  if (names.empty())
    throw InspectError(
        fmt::format("{}: no generated library here (no share/NAME/manifest.json)", tree.string()));
  if (wanted.empty() && names.size() > 1)
    throw InspectError({.text = fmt::format("{}: several libraries; choose one with ", tree.string()),
                        .mentioned = "name",
                        .rest = fmt::format(": {}", fmt::join(names, ", "))});
  if (!wanted.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
    throw InspectError(fmt::format("{}: no library '{}'{}; there is {}", tree.string(), wanted,
                                   did_you_mean(wanted, names), fmt::join(names, ", ")));
  return wanted.empty() ? names.front() : wanted;
}

// Compiled for as the library was: by the CPU's name, or as this machine, which may have fewer features.
void read_target(GeneratedTree& tree, const json& platform, const json& variant) {
  const std::string cpu = variant.at("cpu"), features = variant.at("features"), name = platform.at("name");
  const bool bytes = tree.dtype == "int8";
  const Precision numbers = numbers_of(tree.dtype, tree.weights_dtype);
  for (const std::string& as : {cpu, std::string("host")}) {
    if (as == "host" && name != host_platform().name) continue;
    const CpuTarget resolved = resolve_cpu(as, name, Products::automatic, bytes, numbers);
    tree.target = resolved;
    tree.target.machine = machine_of_cpu(variant.at("machine"), resolved.machine);
    if (resolved.cpu == cpu && resolved.features == features) return;
  }
  tree.target = resolve_cpu(cpu, name, Products::automatic, bytes, numbers);
  tree.target.features = features, tree.target.vector_bits = variant.at("vector_bits");
  tree.target.machine = machine_of_cpu(variant.at("machine"), tree.target.machine);
  tree.other_target = fmt::format("this program compiles for other features of {}", cpu);
}

const json& chosen_variant(const json& manifest, const std::string& wanted) {
  std::vector<std::string> cpus;
  for (const json& variant : manifest.at("variants")) {
    cpus.push_back(variant.at("cpu"));
    if (wanted.empty() || wanted == cpus.back()) return variant;
  }
  if (cpus.empty()) throw std::invalid_argument("variants: expected at least one");
  throw InspectError("cpu", fmt::format("the library is not for '{}'{}; it is for {}", wanted,
                                        did_you_mean(wanted, cpus), fmt::join(cpus, ", ")));
}

void read_kernels(GeneratedTree& tree, const json& variant) {
  for (const json& kernel : variant.at("kernels")) {
    kernel_type(kernel.at("type").get<std::string>());
    tree.kernels.push_back({{kernel.at("name"), kernel.at("type"), kernel.at("shape"), kernel.at("schedule"),
                             kernel.at("schedule_source")},
                            0,
                            {}});
  }
  for (const json& step : variant.at("steps"))
    for (TreeKernel& kernel : tree.kernels)
      if (kernel.kernel.name == step.at("kernel").get_ref<const std::string&>()) {
        kernel.madds = step.at("madds");
        kernel.blocks.push_back(step.at("block"));
      }
}

// All but the archive. from: for messages.
GeneratedTree tree_in(const json& manifest, const std::string& from, const std::string& cpu) {
  GeneratedTree tree;
  try {
    const json& variant = chosen_variant(manifest, cpu);
    tree.dtype = manifest.at("configuration").at("dtype");
    tree.weights_dtype = manifest.at("configuration").value("weights_dtype", "f32");
    read_target(tree, manifest.at("target"), variant);
    read_kernels(tree, variant);
    tree.variants = static_cast<int>(manifest.at("variants").size());
    tree.symbol_prefix = function_prefix(tree.target.cpu, tree.variants);
  } catch (const json::exception& error) {
    const std::string what = error.what();
    throw InspectError(fmt::format("{}: {}", from, what.substr(what.find("] ") + 2)));
  } catch (const std::invalid_argument& error) {
    throw InspectError(fmt::format("{}: {}", from, error.what()));
  } catch (const UnknownTarget&) {
    throw InspectError(fmt::format("{}: target.name: a platform that this program does not know", from));
  } catch (const UnknownCpu&) {
    throw InspectError(fmt::format("{}: target.cpu: a CPU that this program does not know", from));
  }
  return tree;
}

}  // namespace

GeneratedTree tree_of(const json& manifest, const std::string& archive, const std::string& cpu) {
  const std::string name = manifest.at("name");
  GeneratedTree tree = tree_in(manifest, name, cpu);
  tree.name = tree.archive_path = name, tree.archive = archive;
  return tree;
}

GeneratedTree read_tree(const fs::path& folder, const std::string& wanted, const std::string& cpu) {
  const std::string name = chosen(folder, wanted);
  const fs::path path = folder / "share" / name / "manifest.json";
  GeneratedTree tree = tree_in(read_tree_manifest(path), path.string(), cpu);
  tree.name = name;
  tree.archive_path = (folder / "lib" / archive_name(tree.name, *tree.target.platform)).string();
  tree.archive = read_tree_file(tree.archive_path);
  return tree;
}

}  // namespace mobilith::inspect
