// Model files as people have them, made into libraries, against what their own engines computed. What is not
// there is skipped.
#include <iostream>
#include <map>

#include "catch.h"
#include "cli/errors.h"
#include "formats/samples.h"
#include "libraries/run_library.h"

using namespace mobilith::testing;

namespace {

// Of whole numbers: their library takes what these mean, and is asked for by --dtype f32.
bool is_quantised(const Sample& sample) {
  const auto& preprocessing = sample.answer["preprocessing"];
  return !preprocessing.is_string() && preprocessing.contains("dtype") && preprocessing["dtype"] != "float32";
}

// The operations for which the others are refused: a range of whole numbers that ends before the values do, as
// 255/256 for a softmax, needs a bound that no kernel keeps to there.
const std::map<std::string, std::string> refused = {
    {"tflite_v1_vww96_int8", "Identity_int8"},
    {"tflite_v1_0.25_224_uint8_toco", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v1_0.25_128_uint8", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v1_0.5_160_uint8", "MobilenetV1/Predictions/Reshape_1"},
    {"tflite_v2_automl_5_uint8", "MobilenetV2/expanded_conv_2/add"},
    {"tflite_v2_1.0_224_uint8", "MobilenetV2/expanded_conv_2/add"},
    {"tflite_v2_1.0_224_int8_per_channel", "tfl.quantize"},
    {"tflite_v2_1.0_224_inat_bird_uint8", "MobilenetV2/expanded_conv_2/add"},
    {"tflite_hand_landmark_lite_fp16", "model_1/model/add/add"},  // a detector's sums of several strides
};

std::vector<std::string> options_for(const Sample& sample) {
  std::vector<std::string> options{"--weights", sample.path};
  if (sample.height)
    options.insert(options.end(),
                   {"--resolution", std::to_string(*sample.height) + "x" + std::to_string(*sample.width)});
  return options;
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
    check_refused(call, 1, {"quantised", "--dtype f32"});
    call.insert(call.end(), {"--dtype", "f32"});
    options.insert(options.end(), {"--dtype", "f32"});
  }
  if (const auto found = refused.find(sample.id); found != refused.end()) {
    check_refused(call, 1, {"'" + found->second + "'"});
    return;
  }
  std::vector<std::vector<double>> images;
  std::vector<std::string> names;
  for (const auto& run : sample.answer["runs"]) {
    const std::string name = run["input"];
    int height = sample.height.value_or(0), width = sample.width.value_or(0);
    if (!sample.height) {
      const auto& preprocessing = sample.answer["preprocessing"];
      height = width = 224;
      if (!preprocessing.is_string())
        height = preprocessing["input_shape"][1], width = preprocessing["input_shape"][2];
    }
    images.push_back(model_input(sample, picture(name, height, width)));
    names.push_back(name);
  }
  const std::vector<LibraryOutputs> runs = run_library(options, images);
  REQUIRE(runs.size() == sample.answer["runs"].size());
  for (size_t r = 0; r < runs.size(); r++) {
    const auto& outputs = sample.answer["runs"][r]["outputs"];
    REQUIRE(runs[r].size() == 1);
    REQUIRE(outputs.size() == 1);
    const auto expected = outputs.front()["values"].get<std::vector<double>>();
    // LiteRT rounds each whole number to 8 bits: 10.1 units are the most that was found.
    const double found =
        quantised ? difference(in_units(runs[r][0].values, sample.answer["output_quant"].front()), expected)
                  : relative_difference(runs[r][0].values, expected);
    std::cout << sample.id << ", " << names[r] << ": " << found << "\n";
    CHECK(found <= (quantised ? 13 : 1e-4));
    const auto top = [](const std::vector<double>& v) {
      return std::max_element(v.begin(), v.end()) - v.begin();
    };
    CHECK(top(runs[r][0].values) == top(expected));
  }
}
