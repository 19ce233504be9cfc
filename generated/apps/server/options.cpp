#include "options.h"

#include <charconv>
#include <fstream>

const char* const usage =
    "usage: serve [OPTIONS]      POST /classify with a JPEG or PNG as the body; GET /health\n\n"
    "  --host ADDRESS        to listen on (default 127.0.0.1: this machine alone)\n"
    "  --port N              0: any free one, which the first line of output names (default 8080)\n"
    "  --workers N           threads that classify, each with a session of its own (default: cores)\n"
    "  --max-megabytes N     of a picture file (default 16)\n"
    "  --max-megapixels N    of a picture (default 16)\n"
    "  --max-connections N   at once; one more takes the place of the slowest (default 64)\n"
    "  --seconds N           for a request to arrive (default 10)\n"
    "  --labels FILE         names of the classes, one per line\n"
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

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  if (lines.empty()) throw UsageError("--labels: " + path + ": can't be read, or is empty");
  return lines;
}

}  // namespace

Options parse_options(int count, char** values) {
  Options options;
  for (int i = 1; i < count; i++) {
    const std::string word = values[i];
    auto value = [&]() -> std::string {
      if (i + 1 >= count) throw UsageError(word + ": a value is missing");
      return values[++i];
    };
    if (word == "--help") {
      options.help = true;
    } else if (word == "--host") {
      options.host = value();
    } else if (word == "--port") {
      options.port = whole(word, value(), 0, 65535);
    } else if (word == "--workers") {
      options.workers = whole(word, value(), 1, 256);
    } else if (word == "--max-megabytes") {
      options.max_megabytes = whole(word, value(), 1, 512);
    } else if (word == "--max-megapixels") {
      options.max_megapixels = whole(word, value(), 1, 128);
    } else if (word == "--max-connections") {
      options.max_connections = whole(word, value(), 1, 10000);
    } else if (word == "--seconds") {
      options.seconds = whole(word, value(), 1, 3600);
    } else if (word == "--labels") {
      options.labels = read_lines(value());
    } else {
      throw UsageError("unknown option '" + word + "'; serve --help lists them");
    }
  }
  return options;
}
