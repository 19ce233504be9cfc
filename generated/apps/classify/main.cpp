#include <cstdio>
#include <exception>
#include <stdexcept>

#include "classifier.h"
#include "options.h"
#include "output.h"
#include "picture.h"

namespace {

Answer classify(Classifier& classifier, const std::string& path, const Options& options) {
  const int height = classifier.info().input_height, width = classifier.info().input_width;
  const bool scaled = options.black != -1 || options.white != 1;
  if (classifier.takes_frames()) {
    if (scaled) throw std::runtime_error("--pixels: the library takes frames and normalises them itself");
    return classifier.classify(read_rgb(path, height, width, classifier.resizes()), options.best);
  }
  std::vector<float> input = read_picture(path, height, width);
  if (scaled)
    for (float& x : input) x = options.black + (options.white - options.black) * (x + 1) / 2;
  return classifier.classify(input, options.best);
}

// A broken picture is one line; the others still get their answer.
int classify_all(const Options& options) {
  const std::vector<std::string> labels =
      options.labels.empty() ? std::vector<std::string>() : read_labels(options.labels);
  Classifier classifier(options.threads);
  const bool probabilities = classifier.info().output_is_probabilities != 0;
  std::vector<std::pair<std::string, Answer>> answers;
  int code = 0;
  for (const std::string& path : options.pictures) {
    try {
      answers.emplace_back(path, classify(classifier, path, options));
    } catch (const PictureError& error) {
      std::fprintf(stderr, "classify: %s\n", error.what());
      code = 1;
      continue;
    }
    if (!options.json) print_text(path, answers.back().second, labels, probabilities);
  }
  if (options.json) print_json(answers, labels, probabilities);
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    throw std::runtime_error("the output can't be written");
  return code;
}

}  // namespace

int main(int count, char** values) {
  try {
    const Options options = parse_options(count, values);
    if (options.help) return std::fputs(usage, stdout), 0;
    return classify_all(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "classify: %s\n", error.what());
    return 1;
  }
}
