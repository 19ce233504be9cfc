#include "libraries/run_library.h"

#include <sstream>
#include <stdexcept>

#include "golden/run_tree.h"

namespace mobilith::testing {

namespace {

std::string floats(const std::vector<double>& values) {
  std::string bytes;
  for (const double value : values) {
    const auto number = static_cast<float>(value);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  return bytes;
}

LibraryOutput output_of(const std::string& line) {
  std::istringstream words(line);
  std::string kind;
  LibraryOutput output;
  words >> kind >> output.name >> output.height >> output.width >> output.channels;
  // A stream does not read NaN and infinity.
  for (std::string word; words >> word;) output.values.push_back(std::stod(word));
  return output;
}

}  // namespace

std::vector<LibraryOutputs> run_library(const std::vector<std::string>& options,
                                        const std::vector<std::vector<double>>& images) {
  const TemporaryFolder folder;
  golden::generate_tree(options, folder / "tree");
  golden::build_runner({"cc"}, folder / "tree", folder / "runner",
                       MOBILITH_SOURCE "/tests/libraries/library_runner.c");
  std::vector<std::string> call{folder / "runner", "2"};
  for (const auto& image : images) {
    call.push_back(folder / ("image" + std::to_string(call.size())));
    write_text(call.back(), floats(image));
  }
  const ProcessResult result = run_process(call);
  if (result.code != 0) throw std::runtime_error("the runner failed: " + result.err + result.out);
  LibraryOutputs all;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) all.push_back(output_of(line));
  if (all.empty() || all.size() % images.size() != 0)
    throw std::runtime_error("the runner gave " + std::to_string(all.size()) + " outputs");
  std::vector<LibraryOutputs> runs;
  const size_t each = all.size() / images.size();
  for (size_t i = 0; i < images.size(); i++)
    runs.emplace_back(all.begin() + std::ptrdiff_t(i * each), all.begin() + std::ptrdiff_t((i + 1) * each));
  return runs;
}

}  // namespace mobilith::testing
