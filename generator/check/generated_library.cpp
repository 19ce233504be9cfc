#include "check/generated_library.h"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/loaded_library.h"
#include "bench/tree_file.h"
#include "codegen/emit.h"
#include "networks/output_blocks.h"
#include "package/frame_json.h"

namespace mobilith {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct OddManifest : std::runtime_error {
  using std::runtime_error::runtime_error;
};

OutputFunction function_named(const std::string& name) {
  for (const OutputFunction one : output_functions)
    if (name == to_string(one)) return one;
  throw OddManifest(fmt::format("output.kind: '{}' is not known", name));
}

void read_manifest(GeneratedLibrary& tree, const json& manifest) {
  const json& c = manifest.at("configuration");
  tree.configuration = {c.at("net"),
                        c.at("alpha"),
                        c.at("depth_multiplier"),
                        c.at("resolution").at(0),
                        c.at("resolution").at(1),
                        c.at("classes"),
                        c.at("dtype"),
                        c.value("requantise", ""),
                        c.value("weights_dtype", "f32")};
  tree.function = function_named(manifest.at("output").at("kind"));
  if (manifest.contains("frame")) tree.frame = frame_of(manifest["frame"]);
  for (const json& port : manifest.at("ports").at("outputs")) tree.outputs.push_back(port.at("name"));
  tree.model_sha256 = manifest.at("inputs").at("weights_sha256");
  if (manifest.contains("calibration")) tree.calibrated_sha256 = manifest["calibration"].at("model_sha256");
  CompiledLibrary& library = tree.library;
  library.platform = &platform(manifest.at("target").at("name"));
  for (const json& variant : manifest.at("variants")) library.cpus.push_back(variant.at("cpu"));
  if (library.cpus.empty()) throw OddManifest("variants: expected at least one");
  library.bundled = manifest.at("runtime_bundled");
}

// The manifest's blocks of one CPU, for a comparison with the network's.
std::vector<std::string> steps_of(const json& variant) {
  std::vector<std::string> names;
  for (const json& step : variant.at("steps")) names.push_back(step.at("block"));
  return names;
}

}  // namespace

GeneratedLibrary read_generated_library(const fs::path& folder, const std::string& wanted) {
  GeneratedLibrary tree;
  tree.folder = folder.string();
  tree.name = chosen_library(folder, wanted);
  const fs::path path = folder / "share" / tree.name / "manifest.json";
  try {
    tree.library.manifest = read_tree_manifest(path);
    read_manifest(tree, tree.library.manifest);
    if (tree.library.manifest.at("weights").at("in_file"))
      tree.library.weights_file = read_tree_file(folder / "share" / tree.name / (tree.name + ".weights"));
  } catch (const json::exception& error) {
    const std::string what = error.what();
    throw LoadError(fmt::format("{}: {}", path.string(), what.substr(what.find("] ") + 2)));
  } catch (const OddManifest& error) {
    throw LoadError(fmt::format("{}: {}", path.string(), error.what()));
  } catch (const std::invalid_argument& error) {
    throw LoadError(fmt::format("{}: {}", path.string(), error.what()));
  } catch (const UnknownTarget&) {
    throw LoadError(
        fmt::format("{}: target.name: a platform that this program does not know", path.string()));
  }
  tree.library.archive = read_tree_file(folder / "lib" / archive_name(tree.name, *tree.library.platform));
  return tree;
}

void require_same_model(const GeneratedLibrary& tree, const Weights& weights, const std::string& model) {
  if (!tree.calibrated_sha256.empty()) {
    if (weights.hash() == tree.calibrated_sha256) return;
    throw LoadError(
        fmt::format("{} in {} was calibrated: expected the int8 model that was written with it, whose "
                    "SHA-256 is {}; that "
                    "of {} is {}",
                    tree.name, tree.folder, tree.calibrated_sha256, model, weights.hash()));
  }
  if (weights.hash() == tree.model_sha256) return;
  throw LoadError(
      fmt::format("{} is not the file that {} in {} was made of: its SHA-256 is {}, that in the "
                  "manifest is {}",
                  model, tree.name, tree.folder, weights.hash(), tree.model_sha256));
}

Network network_of(const GeneratedLibrary& tree, const Network& whole) {
  Network network = whole;
  network.configuration.dtype = tree.configuration.dtype;
  network.configuration.weights_dtype = tree.configuration.weights_dtype;
  try {
    const OutputFunction own = output_function(whole);
    // Libraries of quantised files, and of several outputs, end as the file does.
    if (!whole.quantised() && whole.outputs.size() < 2 &&
        tree.library.manifest["configuration"]["output"] != "features" && own != tree.function)
      network = with_output(network,
                            tree.function == OutputFunction::linear ? Output::logits : Output::probabilities);
    std::vector<std::string> own_names;
    for (const Block* block : output_blocks(network)) own_names.push_back(block->name);
    if (own_names != tree.outputs) network = with_output_blocks(std::move(network), tree.outputs);
  } catch (const ConfigurationError& error) {
    throw LoadError(fmt::format("{}: {}: {}", tree.folder, tree.name, error.what()));
  }
  network.frame = tree.frame;
  std::vector<std::string> blocks;
  if (network.frame) blocks.emplace_back(frame_block);
  for (const Block& block : network.blocks) blocks.push_back(block.name);
  for (const json& variant : tree.library.manifest["variants"])
    if (steps_of(variant) != blocks)
      throw LoadError(fmt::format("{}: the steps of {} in its manifest are not the blocks of the model file",
                                  tree.folder, tree.name));
  return network;
}

}  // namespace mobilith
