// Model files as people have them, made into libraries, against what their own engines computed. What is not
// there is skipped.
#include <iostream>
#include <map>

#include "catch.h"
#include "cli/errors.h"
#include "formats/samples.h"
#include "libraries/run_library.h"
#include "weights/weights.h"

namespace test_sample_libraries {

using namespace mobilith;
using namespace mobilith::testing;

namespace {

// Of whole numbers: here a library of what these mean is asked for, by --dtype f32. Their own:
// tests/quantised/.
bool is_quantised(const Sample& sample) {
  const auto& preprocessing = sample.answer["preprocessing"];
  return !preprocessing.is_string() && preprocessing.contains("dtype") && preprocessing["dtype"] != "float32";
}

// The operations for which the others are refused: a range of whole numbers that ends before the values do,
// as 255/256 for a softmax, needs a bound that no kernel keeps to there.
const std::map<std::string, std::string> refused = {
    {"tflite_v1_vww96_int8", "Identity_int8"},
    {"tflite_v1_0.25_224_uint8_toco", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v1_0.25_128_uint8", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v1_0.5_160_uint8", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v2_automl_5_uint8", "MobilenetV2/expanded_conv_2/add"},
    {"tflite_v2_1.0_224_uint8", "MobilenetV2/expanded_conv_2/add"},
    {"tflite_v2_1.0_224_int8_per_channel", "tfl.quantize"},
    {"tflite_v2_1.0_224_inat_bird_uint8", "MobilenetV2/expanded_conv_2/add"},
};

std::vector<std::string> options_for(const Sample& sample) {
  std::vector<std::string> options{"--weights", sample.path};
  if (sample.height)
    options.insert(options.end(),
                   {"--resolution", std::to_string(*sample.height) + "x" + std::to_string(*sample.width)});
  return options;
}

// Of the image: height and width.
std::pair<int, int> size_of(const Sample& sample) {
  if (sample.height) return {*sample.height, *sample.width};
  const auto& preprocessing = sample.answer["preprocessing"];
  if (preprocessing.is_string()) return {224, 224};
  return {preprocessing["input_shape"][1], preprocessing["input_shape"][2]};
}

// Of whole numbers in their units.
std::vector<double> in_units(std::vector<double> values, const nlohmann::json& quantisation) {
  for (double& value : values) value = value / quantisation[0].get<double>() + quantisation[1].get<double>();
  return values;
}

double difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (size_t i = 0; i < a.size(); i++) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

}  // namespace

TEST_CASE("a file's library computes what its engine computed", "[.sample]") {
  const std::optional<Sample> found_sample = sample();
  if (!found_sample) return;
  const Sample& sample = *found_sample;
  const bool quantised = is_quantised(sample);
  std::vector<std::string> options = options_for(sample);
  std::vector<std::string> call = options;
  call.insert(call.begin(), "generate");
  const TemporaryFolder folder;
  call.insert(call.end(), {"--out", folder / "tree"});
  if (quantised) {
    call.insert(call.end(), {"--dtype", "f32"});
    options.insert(options.end(), {"--dtype", "f32"});
  }
  if (const auto found = refused.find(sample.id); found != refused.end()) {
    check_refused(call, 1, {"'" + found->second + "'"});
    return;
  }
  const auto [height, width] = size_of(sample);
  std::vector<std::vector<double>> images;
  for (const auto& run : sample.answer["runs"])
    images.push_back(model_input(sample, picture(run["input"], height, width)));
  // The names by which the engine's answers are known, in the library's order. Keras's engines say none.
  std::vector<std::string> outputs{""};
  if (sample.answer["runs"][0]["outputs"].size() > 1) {
    outputs.clear();
    const file::Graph graph = *open_weights(sample.path)->graph(height, width);
    for (const int tensor : graph.outputs) outputs.push_back(graph.tensors[size_t(tensor)].name);
  }
  const std::vector<LibraryOutputs> runs = run_library(options, images);
  REQUIRE(runs.size() == sample.answer["runs"].size());
  for (size_t r = 0; r < runs.size(); r++) {
    const auto& run = sample.answer["runs"][r];
    REQUIRE(runs[r].size() == outputs.size());
    REQUIRE(run["outputs"].size() == outputs.size());
    for (size_t i = 0; i < outputs.size(); i++) {
      const auto& answer = outputs[i].empty() ? run["outputs"].front() : run["outputs"].at(outputs[i]);
      const auto expected = answer["values"].get<std::vector<double>>();
      const std::vector<double>& ours = runs[r][i].values;
      // LiteRT rounds each whole number to 8 bits: 10.1 units are the most that was found.
      const double found = quantised
                               ? difference(in_units(ours, sample.answer["output_quant"].front()), expected)
                               : relative_difference(ours, expected);
      std::cout << sample.id << ", " << run["input"] << ", " << outputs[i] << ": " << found << "\n";
      CHECK(found <= (quantised ? 13 : 1e-4));
      const auto top = [](const std::vector<double>& v) {
        return std::max_element(v.begin(), v.end()) - v.begin();
      };
      CHECK(top(ours) == top(expected));
    }
  }
}

}  // namespace test_sample_libraries
