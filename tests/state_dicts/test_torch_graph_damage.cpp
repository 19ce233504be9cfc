// State dicts with tensors gone, renamed, reshaped and of other types: a graph that uses them all, or an
// error.
#include <random>

#include "catch.h"
#include "nightly.h"
#include "state_dicts/formula_dicts.h"
#include "state_dicts/torch_answers.h"
#include "torch_graphs/torch_graph.h"

namespace test_torch_graph_damage {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

using Random = std::mt19937;

size_t below(Random& random, size_t count) {
  return std::uniform_int_distribution<size_t>(0, count - 1)(random);
}

// Another shape, of at most 2^20 numbers, with as many bytes; else as they were.
void reshape(file::NamedTensor& tensor, Random& random) {
  std::vector<int64_t> shape = tensor.shape;
  switch (below(random, 4)) {
    case 0:
      shape.push_back(1);
      break;
    case 1:
      if (!shape.empty()) shape.pop_back();
      break;
    default:
      if (shape.empty()) return;
      shape[below(random, shape.size())] = std::vector<int64_t>{0, 1, 2, 7, 64, 1000}[below(random, 6)];
  }
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  if (count > 1 << 20) return;
  tensor = named_tensor(tensor.name, tensor.type, shape,
                        std::string(size_t(count * file::width_of(tensor.type)), '\0'));
}

void damage(file::StateDict& dict, Random& random) {
  const size_t place = below(random, dict.tensors.size());
  file::NamedTensor& tensor = dict.tensors[place];
  switch (below(random, 5)) {
    case 0:
      dict.tensors.erase(dict.tensors.begin() + int64_t(place));
      break;
    case 1:
      tensor.name += "x";
      break;
    case 2:
      tensor = named_tensor(tensor.name, file::ElementType::boolean, tensor.shape,
                            std::string(file::values(tensor).size(), '\1'));
      break;
    default:
      reshape(tensor, random);
  }
}

}  // namespace

TEST_CASE("a damaged state dict becomes a graph of all that it has, or is refused in one line") {
  Random random(1);
  const int damaged = nightly() ? 120 : 40;
  int taken = 0, refused = 0;
  for (const char* network : {"timm/mobilenetv4_conv_small", "torchvision/mobilenet_v3_small", "timm/lcnet",
                              "torchvision/mobilenet_v2"}) {
    const TorchAnswer answer = torch_answer(network);
    for (int i = 0; i < damaged; i++) {
      file::StateDict dict = answer.dict;
      for (size_t changes = 1 + below(random, 3); changes-- > 0;) damage(dict, random);
      try {
        const file::Graph graph = torch_graph(dict, {.height = 32, .width = 32}).graph;
        size_t constants = 0, weights = 0;
        for (const file::Tensor& tensor : graph.tensors) constants += tensor.constant.has_value();
        for (const file::NamedTensor& tensor : dict.tensors)
          weights += !tensor.name.ends_with(".num_batches_tracked");
        CHECK(constants == weights);
        taken++;
      } catch (const file::Error& error) {
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
        refused++;
      }
    }
  }
  // Of the tensors of a batch norm one is not needed, and any class count will do.
  CHECK(taken > damaged / 12);
  CHECK(refused > 5 * damaged / 2);
}

}  // namespace test_torch_graph_damage
