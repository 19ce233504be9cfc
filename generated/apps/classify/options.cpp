#include "options.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

const char* const usage =
    "usage: classify [OPTIONS] IMAGE...      classifies JPEG and PNG pictures of any size\n\n"
    "  --labels FILE         names of the classes, one per line (default: the tree's, if it has some)\n"
    "  --pixels LOW..HIGH    what black and white are to the network (default: what its file scales, else "
    "-1..1)\n"
    "  --top N               how many classes to show (default 5)\n"
    "  --threads N           1 to 64 (default 1)\n"
    "  --format text|json    of the output (default text)\n"
    "  --help                this text\n";

namespace {

int whole(const std::string& option, const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    throw UsageError(option + ": expected a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", got '" + text + "'");
  return value;
}

float number(const std::string& text) {
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  if (text.empty() || *end != 0 || !std::isfinite(value))
    throw UsageError("--pixels: expected LOW..HIGH, as 0..255, got '" + text + "' in it");
  return value;
}

void set_pixels(Options& options, const std::string& text) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos) throw UsageError("--pixels: expected LOW..HIGH, got '" + text + "'");
  options.black = number(text.substr(0, dots)), options.white = number(text.substr(dots + 2));
  if (!(options.black < options.white))
    throw UsageError("--pixels: expected a first number below the second, got '" + text + "'");
}

}  // namespace

Options parse_options(int count, char** values) {
  Options options;
  if (MODEL_PIXELS[0] != 0) set_pixels(options, MODEL_PIXELS);
  bool pictures_only = false;
  for (int i = 1; i < count; i++) {
    const std::string word = values[i];
    auto value = [&]() -> std::string {
      if (i + 1 >= count) throw UsageError(word + ": a value is missing");
      return values[++i];
    };
    if (pictures_only || word.empty() || word[0] != '-') {
      options.pictures.push_back(word);
    } else if (word == "--") {
      pictures_only = true;
    } else if (word == "--help") {
      options.help = true;
    } else if (word == "--labels") {
      options.labels = value();
    } else if (word == "--pixels") {
      set_pixels(options, value());
    } else if (word == "--top") {
      options.best = whole(word, value(), 1, 1000000);
    } else if (word == "--threads") {
      options.threads = whole(word, value(), 1, 64);
    } else if (word == "--format") {
      const std::string format = value();
      if (format != "text" && format != "json")
        throw UsageError("--format: expected text or json, got '" + format + "'");
      options.json = format == "json";
    } else {
      throw UsageError("unknown option '" + word + "'; classify --help lists them");
    }
  }
  if (!options.help && options.pictures.empty())
    throw UsageError("no picture given; classify --help shows the usage");
  return options;
}
