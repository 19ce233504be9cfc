#include "cli/pictures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <picture.h>

#include <algorithm>
#include <cctype>

#include "cli/options.h"

namespace mobilith {

namespace fs = std::filesystem;

std::vector<fs::path> pictures_in(const std::string& option, const fs::path& folder) {
  return files_in(option, folder, {".png", ".jpg", ".jpeg"});
}

std::vector<fs::path> files_in(const std::string& option, const fs::path& folder,
                               const std::vector<std::string>& ends) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw UsageError(option, fmt::format("expected a folder of {} files, got '{}'", fmt::join(ends, ", "),
                                         folder.string()));
  std::vector<fs::path> pictures;
  fs::directory_iterator entries(folder, error);
  if (error) throw UsageError(option, fmt::format("{}: {}", folder.string(), error.message()));
  for (const fs::directory_entry& entry : entries) {
    std::string end = entry.path().extension();
    for (char& letter : end) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (std::find(ends.begin(), ends.end(), end) != ends.end()) pictures.push_back(entry.path());
  }
  if (pictures.empty())
    throw UsageError(option, fmt::format("{}: no {} file here", folder.string(), fmt::join(ends, ", ")));
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

std::vector<double> picture_values(const fs::path& path, const Shape& shape, const PixelRange& range) {
  const std::vector<float> rgb = read_picture(path, shape.height, shape.width);  // -1 to 1
  std::vector<double> values;
  auto put = [&](double value) { values.push_back(range.low + (range.high - range.low) * (value + 1) / 2); };
  for (size_t i = 0; i < rgb.size(); i += 3)
    if (shape.channels == 1)
      put(0.299 * double{rgb[i]} + 0.587 * double{rgb[i + 1]} + 0.114 * double{rgb[i + 2]});
    else
      for (size_t c = 0; c < 3; c++) put(double{rgb[i + c]});
  return values;
}

PixelRange pixel_range_option(const std::string& option, const std::string& text) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos)
    throw UsageError(option, fmt::format("expected LOW..HIGH, as 0..1, got '{}'", text));
  const PixelRange range{number(option, text.substr(0, dots)), number(option, text.substr(dots + 2))};
  if (!(range.low < range.high))
    throw UsageError(option, fmt::format("expected a first number below the second, got '{}'", text));
  return range;
}

}  // namespace mobilith
