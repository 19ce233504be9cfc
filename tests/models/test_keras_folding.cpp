// Batch norms of Keras's V1 and V2, folded in the normal form and by fold(): the same to the bit.
#include <bit>
#include <map>

#include "catch.h"
#include "graph/value.h"
#include "normal_form/normal_form.h"
#include "process.h"
#include "weights_file/keras_file.h"

namespace test_keras_folding {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

bool same_bits(const std::vector<double>& found, const std::vector<float>& expected) {
  if (found.size() != expected.size()) return false;
  for (size_t i = 0; i < found.size(); i++)
    if (std::bit_cast<uint32_t>(float(found[i])) != std::bit_cast<uint32_t>(expected[i])) return false;
  return true;
}

bool same_bits(const std::vector<double>& found, const std::vector<double>& expected) {
  if (found.size() != expected.size()) return false;
  for (size_t i = 0; i < found.size(); i++)
    if (std::bit_cast<uint64_t>(found[i]) != std::bit_cast<uint64_t>(expected[i])) return false;
  return true;
}

// A kernel in Keras's order; that of a dense layer is (input, output).
std::vector<double> kernel_of(const file::Graph& graph, const file::Operation& operation) {
  const file::Tensor& tensor = graph.tensors[size_t(operation.inputs[1])];
  const std::vector<double> numbers = file::value_of(tensor).numbers;
  if (operation.kind == file::OperationKind::convolution) return numbers;
  const size_t outputs = size_t((*tensor.shape)[0]), inputs = size_t((*tensor.shape)[1]);
  std::vector<double> turned(numbers.size());
  for (size_t o = 0; o < outputs; o++)
    for (size_t i = 0; i < inputs; i++) turned[i * outputs + o] = numbers[o * inputs + i];
  return turned;
}

// How many layers of the file were compared, and how many of them have statistics.
std::pair<int, int> compare(const std::filesystem::path& path) {
  const auto weights = open_weights(path);
  const FileConfiguration says = weights->configuration();
  Configuration c{says.net.value(), says.alpha.value(), says.depth_multiplier.value()};
  c.height = says.height.value(), c.width = says.width.value(), c.classes = says.classes.value();
  // What the self-check compares a library with.
  const std::vector<double> image(size_t(c.height * c.width * 3), 0.25);
  CHECK(weights->outputs_for(image).at(0).size() == size_t(c.classes));
  const file::Graph graph = file::normalise(weights->graph(c.height, c.width).value());
  std::map<std::string, const file::Operation*> products;
  for (const file::Operation& operation : graph.operations)
    if (operation.kind == file::OperationKind::convolution ||
        operation.kind == file::OperationKind::fully_connected)
      products[operation.name] = &operation;
  int compared = 0, with_statistics = 0;
  for (const Block& block : weights->network(c).blocks)
    for (const Layer& layer : block.layers) {
      if (layer.kernel_shape().empty()) continue;
      INFO(layer.name);
      REQUIRE(products.contains(layer.name));
      const file::Operation& operation = *products[layer.name];
      const FoldedLayer expected = fold(layer, *weights);
      CHECK(same_bits(kernel_of(graph, operation), expected.kernel));
      CHECK(same_bits(file::value_of(graph.tensors[size_t(operation.inputs[2])]).numbers, expected.bias));
      const auto& statistics = graph.tensors[size_t(operation.outputs[0])].statistics;
      CHECK(statistics.has_value() == !expected.mean.empty());
      if (statistics) {
        CHECK(same_bits(statistics->mean, expected.mean));
        CHECK(same_bits(statistics->deviation, expected.deviation));
        with_statistics++;
      }
      compared++;
    }
  CHECK(compared == int(products.size()));
  return {compared, with_statistics};
}

Configuration small(const char* net, double alpha, int multiplier) {
  Configuration c{net, alpha, multiplier};
  c.height = 64, c.width = 96, c.classes = 7;
  return c;
}

}  // namespace

TEST_CASE("folded kernels, biases and statistics of V1 and V2 are fold()'s to the bit") {
  const std::tuple<Configuration, int, int> networks[] = {{small("mobilenet_v1", 0.5, 1), 28, 27},
                                                          {small("mobilenet_v1", 0.25, 2), 28, 27},
                                                          {small("mobilenet_v2", 0.35, 1), 53, 52}};
  for (const auto& [configuration, layers, norms] : networks)
    for (const Layout layout : {Layout::hdf5_model, Layout::hdf5_nested, Layout::keras_zip}) {
      const TemporaryFolder folder;
      KerasFile file(configuration);
      file.epsilon = 1.7e-3;
      file.write(layout, folder / "model");
      INFO(configuration.net << ", layout " << int(layout));
      CHECK(compare(folder / "model") == std::pair{layers, norms});
    }
}

}  // namespace test_keras_folding
