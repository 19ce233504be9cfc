#include "formats/samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "../../generated/apps/picture/picture.h"
#include "formats/pillow.h"
#include "skip.h"

namespace mobilith::testing {

namespace {

const std::filesystem::path samples = MOBILITH_SAMPLE_MODELS, packages = MOBILITH_SOURCE "/.deps/models";

// "files/x.tflite", or "PyPI PACKAGE VERSION: path in it", or the same of npm.
std::filesystem::path path_of(const std::string& model) {
  const size_t begin = model.find(' ') + 1;
  if (!model.starts_with("PyPI ") && !model.starts_with("npm ")) return samples / model;
  const std::string package = model.substr(begin, model.find(' ', begin) - begin);
  return packages / package / model.substr(model.find(": ") + 2);
}

int formula(int y, int x, int c) { return (31 * y + 17 * x + 101 * c + 13 * ((y * x) % 7)) % 256; }

Picture photograph() {
  const std::string path = samples / "cat.png";
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, 24> header{};
  if (!file.read(reinterpret_cast<char*>(header.data()), header.size()))
    throw std::runtime_error("can't read " + path);
  const int width = header[18] << 8 | header[19], height = header[22] << 8 | header[23];
  Picture picture{height, width, {}};  // of its own size nothing is resized
  for (const float value : read_picture(path, height, width))
    picture.values.push_back(static_cast<int>(std::lround((value + 1) * 127.5f)));
  return picture;
}

// As the engines' scripts compute it, in f32.
double number(const nlohmann::json& preprocessing, int pixel, size_t channel) {
  const std::string what =
      preprocessing.is_string() ? preprocessing.get<std::string>() : preprocessing["what"].get<std::string>();
  const auto has = [&](const char* words) { return what.find(words) != std::string::npos; };
  const auto p = static_cast<float>(pixel);
  if (has("as they are") || has("= pixel - 128")) {
    const double stored = has("as they are") ? pixel : pixel - 128;
    return preprocessing["quant"][0].get<double>() * (stored - preprocessing["quant"][1].get<double>());
  }
  if (has("pixel/127.5 - 1")) return p / 127.5f - 1;
  if (has("(pixel-128)/128")) return (p - 128) / 128;
  if (has("(pixel/255 - 0.498)/0.502")) return (p / 255 - 0.498f) / 0.502f;
  if (has("(pixel/255 - [0.485,0.456,0.406]) / [0.229,0.224,0.225]")) {
    constexpr float mean[] = {0.485f, 0.456f, 0.406f}, deviation[] = {0.229f, 0.224f, 0.225f};
    return (p / 255 - mean[channel]) / deviation[channel];
  }
  if (has("pixel/255") || has("pixel / 255")) return p / 255;
  throw std::runtime_error("a preprocessing that is not known: " + what);
}

}  // namespace

std::optional<Sample> sample() {
  const char* id = std::getenv("MOBILITH_SAMPLE");
  if (!id) throw std::runtime_error("MOBILITH_SAMPLE names no sample");
  Sample sample{id, {}, {}};
  std::ifstream reference(samples / "reference" / (sample.id + ".json"));
  if (!reference) return skip("no " + (samples / "reference").string()), std::nullopt;
  sample.answer = nlohmann::json::parse(reference);
  sample.path = path_of(sample.answer["model"]);
  if (!std::filesystem::exists(sample.path))
    return skip("no " + sample.path.string() + " (scripts/sample_models.sh)"), std::nullopt;
  if (sample.id.find("ppocr") != std::string::npos) sample.height = 48, sample.width = 192;
  return sample;
}

std::vector<int> picture(const std::string& input, int height, int width) {
  if (input.starts_with("cat")) return resized(photograph(), height, width).values;
  if (!input.starts_with("formula")) throw std::runtime_error("an input that is not known: " + input);
  std::vector<int> values;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++) values.push_back(formula(y, x, c));
  return values;
}

std::vector<double> model_input(const Sample& sample, const std::vector<int>& picture) {
  std::vector<double> numbers;
  for (const int pixel : picture)
    numbers.push_back(number(sample.answer["preprocessing"], pixel, numbers.size() % 3));
  return numbers;
}

double relative_difference(const std::vector<double>& ours, const std::vector<double>& expected) {
  if (ours.size() != expected.size()) return HUGE_VAL;
  double worst = 0, largest = 1e-30;
  for (size_t i = 0; i < expected.size(); i++) {
    const double apart = std::abs(ours[i] - expected[i]);
    if (!(apart <= worst)) worst = std::isnan(apart) ? HUGE_VAL : apart;
    largest = std::max(largest, std::abs(expected[i]));
  }
  return worst / largest;
}

}  // namespace mobilith::testing
