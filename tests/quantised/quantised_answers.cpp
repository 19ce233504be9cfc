// quantised_answers MODEL integer|floating: reads inputs one after the other, each as the model stores it, and writes
// the outputs so, until the inputs end. quantised_answers MODEL MODE --tensors: of one input each operation's output,
// with a line "INDEX BYTES" before it.
#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "formats/read_graph.h"
#include "quantised/evaluate.h"

using namespace mobilith;

namespace {

std::string bytes_of(const file::Value& value, file::ElementType type) {
  std::string bytes;
  for (const double x : value.numbers) {
    const auto whole = int64_t(x);
    const auto real = float(x);
    bytes.append(
        file::is_whole(type) ? reinterpret_cast<const char*>(&whole) : reinterpret_cast<const char*>(&real),
        size_t(file::width_of(type)));
  }
  return bytes;
}

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
  std::ifstream file(path, std::ios::binary);
  const auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>(file),
                                                         std::istreambuf_iterator<char>());
  const file::Graph graph = file::read_graph(bytes);
  const auto requantise =
      mode == "integer" ? quantised::Requantise::integer : quantised::Requantise::floating;
  quantised::check(graph, requantise);
  const file::Observer observer = [&](int tensor, const file::Value& value) {
    const std::string numbers = bytes_of(value, graph.tensors[size_t(tensor)].type);
    std::cout << tensor << ' ' << numbers.size() << '\n' << numbers;
  };
  for (auto inputs = next_inputs(graph); !inputs.empty(); inputs = next_inputs(graph)) {
    const auto outputs =
        quantised::evaluate(graph, inputs, requantise, tensors ? observer : file::Observer());
    if (tensors) return 0;
    for (size_t k = 0; k < outputs.size(); ++k)
      std::cout << bytes_of(outputs[k], graph.tensors[size_t(graph.outputs[k])].type) << std::flush;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::string mode = count > 2 ? words[2] : "";
    if (mode != "integer" && mode != "floating")
      throw std::runtime_error("MODEL integer|floating [--tensors]");
    return run(words[1], mode, count > 3 && std::string(words[3]) == "--tensors");
  } catch (const std::exception& error) {
    std::cerr << "quantised_answers: " << error.what() << '\n';
    return 1;
  }
}
