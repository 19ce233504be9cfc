// Model files as people have them, and what their own engines computed for them: MOBILITH_SAMPLE_MODELS.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mobilith::testing {

struct Sample {
  std::string id;
  std::filesystem::path path;            // of the model file
  nlohmann::json answer;                 // reference/ID.json
  std::optional<int> height{}, width{};  // of the image, where the file leaves them open
};

// That of $MOBILITH_SAMPLE. Nothing: its reference or its file is absent, and skip() was called.
std::optional<Sample> sample();

// The picture that a run's "input" names, resized to this size: (y, x, RGB), 0 to 255.
std::vector<int> picture(const std::string& input, int height, int width);

// What the model gets for it by the reference's preprocessing: (y, x, c), of a quantised model the numbers
// that its whole ones mean. Throws std::runtime_error for a preprocessing that is not known here.
std::vector<double> model_input(const Sample&, const std::vector<int>& picture);

// The largest difference over the largest value expected. Infinite where there are not as many, or where one
// is NaN.
double relative_difference(const std::vector<double>& ours, const std::vector<double>& expected);

}  // namespace mobilith::testing
