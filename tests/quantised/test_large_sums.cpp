// Sums of products as large as kernels of whole numbers take them, and the first that they refuse.
#include <cstdlib>
#include <set>

#include "catch.h"
#include "check/exact.h"
#include "formats/reading.h"
#include "models/quantised_blocks.h"
#include "quantised/products_file.h"
#include "reference/quantised.h"
#include "skip.h"
#include "targets/target.h"
#include "weights/quantised_file.h"

namespace mobilith::testing::test_large_sums {

namespace {

using Catch::Matchers::Contains;
using quantised::Requantise;

// Twice 255 * 255 for each product, and the bias, with what the zero point makes of the weights, fit 31 bits.
constexpr int most_products = 16512, bias_left = 98047;

// Why no block is made of the file; empty: one is.
std::string refusal_of(const ProductsFile& file) {
  const file::Graph graph = read(file.bytes());
  try {
    quantised_products_block(
        quantised::step_of(graph, graph.operations.at(0), Requantise::floating),
        {.shape = image_shape(graph.operations[0], graph.tensors[size_t(graph.inputs[0])])});
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

ProductsFile of_products(int inputs, int32_t bias = 0, int64_t zero = -128) {
  return {.inputs = inputs, .zero = zero, .weights = {127}, .bias = {bias}};
}

// Of output o the first o of outputs - 1 parts of the weights are `most`, the others `least`.
std::vector<int> extreme_weights(int products, int outputs, int least, int most) {
  std::vector<int> weights;
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < products; i++) weights.push_back(i * (outputs - 1) < o * products ? most : least);
  return weights;
}

// The result's bytes for images of nothing but the least and the most byte, by the library's kernels and in
// plain loops.
void compare(const ProductsFile& file, const std::string& cpu) {
  const auto weights = open_quantised_graph(read(file.bytes()), "sums", "sums", {}, {});
  Configuration configuration;
  const FileConfiguration own = weights->configuration();
  configuration.height = *own.height, configuration.width = *own.width;
  const Network network = weights->network(configuration);
  LibraryOptions options;
  options.name = "sums", options.cpus = {cpu}, options.bytes = true, options.jobs = 1, options.cache = false;
  const CompiledLibrary library = compile_library(network, *weights, options);
  const check::LibraryRun run(library);
  Network products = network;  // as far as the reference goes
  while (products.blocks.back().quantised->kind != QuantisedKind::convolution) products.blocks.pop_back();
  const mobilith::Shape& image = network.image();
  const double offset = network.image_type == ElementType::i8 ? signed_offset : 0;
  std::set<double> different;
  for (const double byte : {0.0, 255.0}) {
    const std::vector<double> bytes(size_t(image.height) * image.width * image.channels, byte - offset);
    std::vector<double> expected = reference::run_quantised(products, bytes);
    for (double& number : expected) number -= offset;
    CAPTURE(cpu, byte);
    CHECK(check::exact_outputs(run, 0, network, bytes)->at(0) == expected);
    CHECK(weights->block_outputs(bytes).back() == expected);
    different.insert(expected.begin(), expected.end());
  }
  CHECK(int(different.size()) >= file.outputs);  // they are not saturated
}

}  // namespace

TEST_CASE("sums that 32 bits hold for certain are taken, and the first of one product more is refused") {
  CHECK(refusal_of(of_products(most_products)) == "");
  CHECK_THAT(refusal_of(of_products(most_products + 1)),
             Contains("sums of 16513 products with a bias of 0: more than a kernel's 32 bits hold"));
  for (const int sign : {1, -1}) {
    CHECK(refusal_of(of_products(most_products, sign * bias_left)) == "");
    CHECK_THAT(refusal_of(of_products(most_products, sign * (bias_left + 1))),
               Contains("sums of 16512 products with a bias of " + std::to_string(sign * (bias_left + 1))));
  }
  // A zero point of 1 takes the weights off the bias.
  CHECK_THAT(refusal_of(of_products(most_products, 0, -127)), Contains("sums of 16512 products"));
  CHECK(refusal_of(of_products(most_products, 127 * most_products, -127)) == "");
}

TEST_CASE("the largest sums are the plain loops', whatever instruction multiplies", "[.sums]") {
  const char* named = std::getenv("MOBILITH_TEST_CPU");
  const std::string cpu = named ? named : "host";
  const CpuTarget target = resolve_cpu(cpu, "", Products::automatic, /*bytes=*/true);
  if (target.required & ~instructions_here()) return skip("this CPU lacks what code for " + cpu + " needs");
  constexpr int outputs = 17;
  // As many products as there may be; a result of one byte for so many units that none is saturated.
  const float coarse = 1 << 23;
  ProductsFile file{.inputs = most_products, .outputs = outputs, .result_scale = coarse};
  file.weights = extreme_weights(most_products, outputs, -128, 127);
  compare(file, cpu);
  file.weights = extreme_weights(most_products, outputs, -64, 64);  // 16 bits hold two of these products
  file.result_scale = coarse / 4;
  compare(file, cpu);
  file = {.type = tflite::TensorType::UINT8,
          .inputs = most_products,
          .outputs = outputs,
          .zero = 0,
          .result_scale = coarse};
  file.weights = extreme_weights(most_products, outputs, 0, 255);
  compare(file, cpu);
  // From -255 to 0, and a zero point whose share is as large as all products.
  file.inputs = 11008, file.zero = file.weights_zero = 255;
  file.weights = extreme_weights(file.inputs, outputs, 0, 255);
  compare(file, cpu);
  // 4608 products of a window; the bias leaves of the largest sums what a byte tells to the unit.
  for (const auto& [least, most] : {std::pair{-128, 127}, {-64, 64}}) {
    file = {.window = 3, .inputs = 512, .outputs = outputs};
    file.weights = extreme_weights(file.products(), outputs, least, most);
    for (int o = 0; o < outputs; o++) {
      int32_t sum = 0;
      for (int i = 0; i < file.products(); i++) sum += 255 * file.weights[size_t(o * file.products() + i)];
      file.bias.push_back(o - 8 - sum);
    }
    compare(file, cpu);
  }
}

}  // namespace mobilith::testing::test_large_sums
