// Every block type alone, on random shapes, with random schedules, against the reference. MOBILITH_SHARD=I/N
// takes every N-th case.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <tuple>

#include "catch.h"
#include "networks/output.h"
#include "nightly.h"
#include "plan/block_kernel.h"
#include "property/compiled.h"
#include "property/random_case.h"
#include "reference/narrowed.h"
#include "targets/target.h"
#include "targets/x86_cpus.h"
#include "tune/candidate_space.h"
#include "weights/rounded_weights.h"

namespace test_blocks {

using namespace mobilith;
using namespace mobilith::property;

namespace {

// Values as they come between blocks; a stem's are an image's.
reference::Activation random_input(std::mt19937_64& random, const Shape& shape) {
  std::uniform_real_distribution<float> value(-3.0f, 6.0f);
  reference::Activation input{shape,
                              std::vector<double>(size_t(shape.height) * shape.width * shape.channels)};
  for (double& v : input.values) v = value(random);
  return input;
}

// One of those that the tuner may try; the default in every fourth case.
nlohmann::json random_schedule(std::mt19937_64& random, const Network& network, const std::string& cpu,
                               Products products, Precision numbers) {
  const BlockKernel kernel = block_kernel(network.blocks[0]);
  const tune::CandidateSpace space(kernel.type, kernel.shape,
                                   resolve_cpu(cpu, "", products, false, numbers).machine);
  if (random() % 4 != 0)
    for (int i = 0; i < 1000; i++)
      if (const auto candidate = space.draw(random)) return candidate->schedule;
  return space.default_schedule();
}

// Of the values that the block writes: padding channels are what it makes of zeros.
ActivationFunction last_activation(const Block& block) {
  if (block.kind == BlockKind::head) return ActivationFunction::none;
  return block.layers[block.layers.size() - (block.residual ? 2 : 1)].activation;
}

void check_case(uint64_t case_seed) {
  std::mt19937_64 random(case_seed);
  Network network = with_output(random_block(random), case_seed % 2 == 0 ? Output::logits : Output::model);
  // Both ways on every machine, whichever is the faster there.
  const Products products = case_seed / 2 % 2 == 0 ? Products::paired : Products::direct;
  // And, on every machine that runs it, with tiles of several vectors, of many registers and of few.
  const std::string other = case_seed % 8 == 0 ? "znver5" : "znver3";
  const std::string cpu = case_seed % 8 < 2 && targets::cpu_runs(other) ? other : "host";
  // Half of them in f32.
  const bool has_bf16 = resolve_cpu(cpu).identity & MOBILITH_CPU_AVX512BF16;
  const Precision others[] = {Precision::bf16_weights, Precision::f16_weights,
                              has_bf16 ? Precision::bf16 : Precision::bf16_weights, Precision::f16};
  const Precision numbers = case_seed % 16 < 8 ? Precision::f32 : others[case_seed / 16 % 4];
  const bool f16 = numbers == Precision::f16_weights || numbers == Precision::f16;
  const ElementType factors = numbers == Precision::f16    ? ElementType::f16
                              : numbers == Precision::bf16 ? ElementType::bf16
                                                           : ElementType::f32;
  if (numbers == Precision::bf16) network.configuration.dtype = "bf16";
  const nlohmann::json schedule = random_schedule(random, network, cpu, products, numbers);
  INFO("case " << case_seed << ": " << describe(network) << "; MOBILITH_CASE=" << case_seed << " repeats it; "
               << product_names[size_t(products)] << " products on " << cpu << ", numbers " << int(numbers)
               << "; schedule " << schedule);
  const auto exact = open_weights("synthetic");
  std::unique_ptr<RoundedWeights> rounded;
  if (numbers != Precision::f32)
    rounded = std::make_unique<RoundedWeights>(network, *exact, f16 ? ElementType::f16 : ElementType::bf16);
  const Weights& weights = rounded ? static_cast<const Weights&>(*rounded) : *exact;
  const reference::Activation input = random_input(random, network.blocks[0].in());
  const reference::PreparedBlock prepared = reference::prepare(network.blocks[0], weights);
  const reference::Activation expected = factors != ElementType::f32
                                             ? reference::run_narrowed(factors, prepared, {&input})
                                             : reference::run_network(network, weights, input, false);
  const Compiled compiled(
      network, weights, false, cpu,
      [&](const std::string&, const nlohmann::json&) { return FoundSchedule{schedule, "random"}; }, products,
      numbers);
  double padding = 0;
  const std::vector<float> one = compiled.run(input, 1, &padding), two = compiled.run(input, 2);
  CHECK(difference(one, expected.values) <= reference::bound_of(factors));
  CHECK(padding <= std::abs(value_of(last_activation(network.blocks[0]), 0)));
  // What a block before may have left in its padding channels.
  CHECK(compiled.run(input, 1, nullptr, /*beyond=*/7.0f) == one);
  size_t apart = 0;
  for (size_t i = 0; i < one.size(); i++) apart += one[i] != two[i];
  INFO(apart << " of " << one.size() << " values depend on the number of threads");
  CHECK(apart == 0);
}

}  // namespace

TEST_CASE("the random blocks have windows of 3x3 and 5x5 with strides of 1 and 2, and every activation") {
  std::map<std::tuple<BlockKind, int, int>, int> windows;  // side, stride
  std::map<std::pair<ActivationKind, int>, int> activations;
  for (int i = 0; i < 1000; i++) {  // so many that none is left out by chance
    std::mt19937_64 random(seed() + static_cast<uint64_t>(i));
    const Network network = random_block(random);
    for (const Layer& layer : network.blocks[0].layers) {
      const LayerWindow& w = layer.window;
      if (w.height == w.width && w.dilation == 1) windows[{network.blocks[0].kind, w.height, w.stride}]++;
      if (layer.kind == LayerKind::convolution || layer.kind == LayerKind::depthwise)
        activations[{layer.activation.kind, w.height == 5 && w.width == 5 ? 5 : 0}]++;
    }
  }
  for (BlockKind kind : {BlockKind::stem, BlockKind::separable, BlockKind::inverted_residual})
    for (int side : {3, 5})
      for (int stride : {1, 2}) {
        INFO(to_string(kind) << " " << side << "x" << side << " stride " << stride);
        CHECK(windows[{kind, side, stride}] > 0);
      }
  for (const ActivationRow& row : activation_rows()) {
    INFO(row.title);
    CHECK(activations[{row.kind, 0}] >= 10);
    CHECK(activations[{row.kind, 5}] > 0);  // of a 5x5 window
  }
}

TEST_CASE("every block type computes what the reference computes, whatever its shape and schedule") {
  if (const char* one = std::getenv("MOBILITH_CASE")) return check_case(std::strtoull(one, nullptr, 10));
  int shard = 0, shards = 1;
  if (const char* text = std::getenv("MOBILITH_SHARD"))
    REQUIRE(std::sscanf(text, "%d/%d", &shard, &shards) == 2);
  const int count = cases(testing::nightly() ? 400 : 32);
  // By day every third seed: what check_case takes from a seed has periods of powers of two.
  const uint64_t step = testing::nightly() ? 1 : 3;
  std::cout << "seed " << seed() << ", " << count << " cases, shard " << shard << " of " << shards << "\n";
  for (int i = shard; i < count; i += shards) check_case(seed() + step * static_cast<uint64_t>(i));
}

}  // namespace test_blocks
