// quantised_answers MODEL integer|floating|onnx: reads inputs one after the other, each as the model stores
// it, and writes the outputs so, until the inputs end. quantised_answers MODEL MODE --tensors: of one input
// each operation's output, with a line "INDEX BYTES" before it.
#include <iostream>
#include <stdexcept>

#include "quantised/evaluate.h"
#include "quantised/files.h"

using namespace mobilith;

namespace {

// Nothing: the inputs ended.
std::vector<std::vector<double>> next_inputs(const file::Graph& graph) {
  std::vector<std::vector<double>> inputs;
  for (const int i : graph.inputs) {
    const file::Tensor& tensor = graph.tensors[i];
    const auto width = size_t(file::width_of(tensor.type));
    std::string bytes(width * size_t(file::elements(*tensor.shape, "input")), '\0');
    if (!std::cin.read(bytes.data(), std::streamsize(bytes.size()))) return {};
    inputs.emplace_back();
    for (size_t k = 0; k < bytes.size(); k += width)
      inputs.back().push_back(file::element(tensor.type, bytes.data() + k));
  }
  return inputs;
}

int run(const std::string& path, const std::string& mode, bool tensors) {
  const file::Graph graph = testing::graph_of_file(path);
  const auto requantise = mode == "integer" ? quantised::Requantise::integer
                          : mode == "onnx"  ? quantised::Requantise::onnx
                                            : quantised::Requantise::floating;
  quantised::check(graph, requantise);
  const file::Observer observer = [&](int tensor, const file::Value& value) {
    const std::string numbers = testing::stored_bytes(value, graph.tensors[size_t(tensor)].type);
    std::cout << tensor << ' ' << numbers.size() << '\n' << numbers;
  };
  for (auto inputs = next_inputs(graph); !inputs.empty(); inputs = next_inputs(graph)) {
    const auto outputs =
        quantised::evaluate(graph, inputs, requantise, tensors ? observer : file::Observer());
    if (tensors) return 0;
    for (size_t k = 0; k < outputs.size(); ++k)
      std::cout << testing::stored_bytes(outputs[k], graph.tensors[size_t(graph.outputs[k])].type)
                << std::flush;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::string mode = count > 2 ? words[2] : "";
    if (mode != "integer" && mode != "floating" && mode != "onnx")
      throw std::runtime_error("MODEL integer|floating|onnx [--tensors]");
    return run(words[1], mode, count > 3 && std::string(words[3]) == "--tensors");
  } catch (const std::exception& error) {
    std::cerr << "quantised_answers: " << error.what() << '\n';
    return 1;
  }
}
