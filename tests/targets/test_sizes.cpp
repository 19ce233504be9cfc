// With the weights beside it, a library is small: every published network's at night. By day the widest ones'
// of V1, V2 and the large V3 are tried: the small V3 and the minimalistic ones have fewer kernels.
#include <iostream>
#include <map>

#include "catch.h"
#include "networks/table.h"
#include "nightly.h"
#include "package/compile_library.h"
#include "tune/kernel_tasks.h"

namespace test_sizes {

using namespace mobilith;

namespace {

std::vector<Configuration> widest(const std::vector<Configuration>& published) {
  std::map<std::string, Configuration> of_net;
  for (const Configuration& c : published) {
    Configuration& most = of_net.try_emplace(c.net, c).first->second;
    if (std::pair(c.alpha, c.height) > std::pair(most.alpha, most.height)) most = c;
  }
  std::vector<Configuration> chosen;
  for (const auto& [net, c] : of_net)
    if (!net.starts_with("mobilenet_v3") || net == "mobilenet_v3_large") chosen.push_back(c);
  return chosen;
}

}  // namespace

TEST_CASE("with --weights-file the libraries of published networks are below 600 KB") {
  const std::vector<Configuration> published = published_configurations();
  CHECK(published.size() >= 38);
  const std::unique_ptr<Weights> weights = open_weights("synthetic");
  int checked = 0;
  for (const Configuration& c : testing::nightly() ? published : widest(published)) {
    LibraryOptions options;
    options.name = "published";
    options.cpus = {"x86-64-v3"};
    options.weights_in_file = true;
    const CompiledLibrary library = compile_library(build_network(c), *weights, options);
    std::cout << c.net << " " << c.alpha << "-" << c.height << ": " << library.archive.size() << " bytes\n";
    INFO(c.net << " " << c.alpha << "-" << c.height);
    CHECK(library.archive.size() < 600'000);
    CHECK(library.weights_file.size() > library.archive.size());
    checked++;
  }
  CHECK(checked >= 3);  // V1, V2 and V3
}

}  // namespace test_sizes
