// Libraries of random quantised graphs, with random schedules, beside the interpreter: no number may differ.
#include <cstdio>
#include <cstdlib>

#include "catch.h"
#include "check/exact.h"
#include "nightly.h"
#include "quantised/random_network.h"
#include "quantised/random_schedules.h"
#include "targets/target.h"
#include "weights/quantised_file.h"

namespace test_networks {

using namespace mobilith;

namespace {

struct Case {
  uint32_t seed;
  std::string cpu;
  bool random_schedule, reduce_range;
};

// Two that look random; all bytes the least, and the most.
std::vector<std::vector<double>> images_of(const Network& network) {
  std::vector<std::vector<double>> images{check::formula_image(network), check::formula_image(network, 1)};
  for (const double value : {-1000.0, 1000.0})
    images.push_back(check::as_image(network, std::vector<double>(images[0].size(), value)));
  return images;
}

struct Kernels {
  int all = 0, byte_pairs = 0;  // those of reduced_range
  bool compiled = false;
};

// How many kernels ran; 0: the graph is one that LiteRT or the generator refuses, or this machine lacks the
// CPU's instructions.
Kernels compare(const Case& c) {
  file::Graph graph = testing::random_quantised_graph(c.seed, c.reduce_range);
  ReadOptions reading;
  // The files' arithmetics and, of one in five, ONNX's.
  if (c.seed % 5 == 4) graph.format = "ONNX";
  reading.requantise = c.seed % 4 < 2 ? quantised::Requantise::floating : quantised::Requantise::integer;
  try {
    quantised::check(graph, graph.format == "ONNX" ? quantised::Requantise::onnx : reading.requantise);
  } catch (const std::runtime_error&) {
    return {};
  }
  std::unique_ptr<Weights> weights;
  Network network;
  try {
    weights = open_quantised_graph(std::move(graph), "drawn", "drawn", {}, reading);
    Configuration configuration;
    const FileConfiguration own = weights->configuration();
    configuration.height = *own.height, configuration.width = *own.width;
    network = weights->network(configuration);
  } catch (const std::runtime_error& refused) {
    if (std::string(refused.what()).find("kernels of whole numbers take") == std::string::npos) throw;
    return {};
  }
  LibraryOptions options;
  options.name = "drawn", options.cpus = {c.cpu}, options.bytes = true, options.jobs = 1,
  options.cache = false;
  if (c.random_schedule)
    options.schedules = [&](const CpuTarget& target) {
      return testing::random_schedules(c.seed, target.machine);
    };
  const CompiledLibrary library = compile_library(network, *weights, options);
  const check::LibraryRun run(library);
  const std::vector<std::vector<double>> images = images_of(network);
  for (size_t input = 0; input < images.size(); input++) {
    const std::vector<double>& image = images[input];
    const auto done = [](size_t) {};
    // The first as it is and with noise between the blocks, as the self-check does it.
    const auto result =
        input == 0
            ? check::compare_twice(library, run, 0, network, image,
                                   check::exact_numbers(network, *weights, image), done)
            : check::compare_exactly(library, run, 0, network, image, weights->block_outputs(image), done, 3);
    if (!result.ran) return {.compiled = true};
    if (result.difference) {
      const auto& d = *result.difference;
      const nlohmann::json& variant = library.manifest["variants"][0];
      nlohmann::json kernel;
      for (const nlohmann::json& one : variant["kernels"])
        if (one["name"] == variant["steps"][d.block]["kernel"]) kernel = one;
      UNSCOPED_INFO("seed " << c.seed << ", image " << input << ", block " << network.blocks[d.block].name
                            << ", kernel " << kernel.dump() << ": " << d.differing << " of " << d.of
                            << " differ, (" << d.y << ", " << d.x << ", " << d.channel << ") " << d.found
                            << " instead of " << d.expected);
      FAIL();
    }
  }
  Kernels kernels{.all = static_cast<int>(network.blocks.size()), .compiled = true};
  for (const nlohmann::json& kernel : library.manifest["variants"][0]["kernels"])
    kernels.byte_pairs += kernel["shape"].value("reduced_range", false);
  return kernels;
}

int number_from(const char* variable, int otherwise) {
  const char* value = std::getenv(variable);
  return value ? std::atoi(value) : otherwise;
}

}  // namespace

// MOBILITH_CASES and MOBILITH_FIRST_SEED: another number of graphs, from another seed on.
TEST_CASE("Kernels of whole numbers give the interpreter's numbers, whatever the schedule", "[.drawn]") {
  const char* cpu = std::getenv("MOBILITH_TEST_CPU");
  const auto first = static_cast<uint32_t>(number_from("MOBILITH_FIRST_SEED", 1));
  const auto cases = static_cast<uint32_t>(number_from("MOBILITH_CASES", testing::nightly() ? 24 : 5));
  int kernels = 0, graphs = 0, byte_pairs = 0;
  for (uint32_t i = 0; i < cases; i++) {
    const Kernels ran = compare({first + i, cpu ? cpu : "host", i % 3 != 0, i % 2 != 0});
    kernels += ran.all, graphs += ran.all > 0, byte_pairs += ran.byte_pairs;
  }
  std::printf("%d kernels of %d graphs for %s, %d of them by pairs of bytes\n", kernels, graphs,
              cpu ? cpu : "host", byte_pairs);
  const bool may =
      resolve_cpu(cpu ? cpu : "host", "", Products::automatic, /*bytes=*/true).machine.byte_pairs;
  CHECK((byte_pairs > 0) == (may && graphs > 0));
  CHECK(graphs * 2 >= int(cases));
  CHECK(kernels >= 2 * graphs);
}

// Of CPUs that no machine of ours is: an instruction that they lack ends the generator, or is refused.
TEST_CASE("Kernels of whole numbers compile for CPUs with AVX-VNNI", "[.compiled]") {
  const uint32_t cases = testing::nightly() ? 40 : 8;
  uint32_t compiled = 0;
  for (uint32_t seed = 1; seed <= cases; seed++)
    compiled += compare({seed, "alderlake", seed % 3 != 0, false}).compiled;
  CHECK(compiled * 2 >= cases);
}

}  // namespace test_networks
