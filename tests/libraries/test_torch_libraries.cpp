// State dicts by formula, and the ONNX files of the same networks, made into libraries, against what PyTorch
// computes: MOBILITH_GOLDEN_TORCH. Skipped where it is absent. MOBILITH_FILE names one of the files;
// at night it is all three. Where MOBILITH_AT_NIGHT is set, the network is tried at night alone.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <regex>

#include "catch.h"
#include "formats/graph_onnx.h"
#include "libraries/run_library.h"
#include "nightly.h"
#include "process.h"
#include "skip.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/written_dicts.h"
#include "torch_graphs/torch_graph.h"

namespace test_torch_libraries {

using namespace mobilith;
using namespace mobilith::testing;

TEST_CASE("libraries of a state dict's files compute what PyTorch computes", "[.golden]") {
  if (std::getenv("MOBILITH_AT_NIGHT") && !nightly())
    return skip("of networks of one kind the others' libraries are made at night (scripts/nightly.sh)");
  const auto path =
      std::filesystem::path(MOBILITH_GOLDEN_TORCH) / (std::string(std::getenv("MOBILITH_GOLDEN")) + ".json");
  if (!exists(path)) return skip("no " + path.string());
  std::ifstream file(path);
  const auto golden = nlohmann::ordered_json::parse(file);
  file::StateDict dict;
  for (const auto& [key, shape] : golden["keys"].items())
    dict.tensors.push_back(formula_tensor(key, shape.get<std::vector<int64_t>>(), key));
  // timm's names of models end in their width.
  const std::string architecture = golden["architecture"], source = golden["source"];
  const std::string network = source + "/" + std::regex_replace(architecture, std::regex("_(050|100)$"), "");
  const int side = golden["resolution"];
  const auto logits = golden["logits"].get<std::vector<double>>();
  const std::vector<double> first = formula_image(side, side);
  std::vector<double> image(first.size());
  for (size_t i = 0; i < image.size(); i++) image[i] = first[i % 3 * (image.size() / 3) + i / 3];

  const TemporaryFolder folder;
  write_text(folder / "net.safetensors", safetensors_of(dict));
  write_text(folder / "net.pth", pickle_of(dict));
  write_text(folder / "net.onnx",
             onnx_of(torch_graph(dict, {.height = side, .width = side, .net = network}).graph));
  const char* only = nightly() ? nullptr : std::getenv("MOBILITH_FILE");
  int tried = 0;
  for (const std::string name : {"net.safetensors", "net.pth", "net.onnx"}) {
    if (only && name != only) continue;
    tried++;
    INFO(name);
    std::vector<std::string> options{"--weights", folder / name};
    if (!name.ends_with("onnx"))
      options.insert(options.end(), {"--resolution", std::to_string(side), "--net", network});
    const std::vector<LibraryOutputs> runs = run_library(options, {image});
    REQUIRE(runs.at(0).size() == 1);
    const double found = relative_difference(runs[0][0].values, logits);
    std::cout << network << ", " << name << ": " << found << "\n";
    CHECK(found <= 1e-4);
  }
  CHECK(tried == (only ? 1 : 3));
}

}  // namespace test_torch_libraries
