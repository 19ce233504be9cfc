// The pictures and arrays of --calibrate.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "calibrate/made_pictures.h"
#include "cli/calibration.h"
#include "cli/normalisation.h"
#include "cli/npy_file.h"
#include "cli/pictures.h"
#include "cli/schedule_options.h"

namespace mobilith {

namespace {

namespace fs = std::filesystem;

calibration::Values normalised(calibration::Values values, const Normalisation& n) {
  const size_t channels = n.scale.size();
  for (size_t i = 0; i < values.size(); i++)
    values[i] = values[i] * n.scale[i % channels] + n.shift[i % channels];
  return values;
}

bool is_array(const fs::path& path) {
  std::string end = path.extension();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return end == ".npy";
}

// An array of one image, (y, x, c) or (1, y, x, c).
calibration::Values from_array(const fs::path& path, const Shape& shape) {
  Array array = read_npy(path);
  std::vector<int64_t> extents = array.shape;
  if (extents.size() == 4 && extents[0] == 1) extents.erase(extents.begin());
  if (extents != std::vector<int64_t>{shape.height, shape.width, shape.channels})
    throw UsageError("calibrate",
                     fmt::format("{}: an array of {}; expected {}x{}x{}", path.string(),
                                 fmt::join(array.shape, "x"), shape.height, shape.width, shape.channels));
  constexpr double most = 1e9;  // far above any picture's; what layers make of them stays within floats
  for (const double value : array.values)
    if (!(std::abs(value) <= most))
      throw UsageError("calibrate", fmt::format("{}: holds {:g}; expected numbers from -1e9 to 1e9",
                                                path.string(), value));
  return std::move(array.values);
}

}  // namespace

calibration::Pictures calibration_inputs(const options::variables_map& values, const Network& network,
                                         const Weights& weights) {
  const Shape shape = network.image();
  if (!values.count("calibrate")) {
    const Normalisation how = normalisation_option(values, network, weights, true);
    return {calibration::made_pictures,
            [=](size_t i) { return normalised(calibration::made_picture(i, shape), how); }, true};
  }
  const auto paths =
      files_in("calibrate", values["calibrate"].as<std::string>(), {".png", ".jpg", ".jpeg", ".npy"});
  const Normalisation how =
      normalisation_option(values, network, weights, !std::all_of(paths.begin(), paths.end(), is_array));
  for (const fs::path& path : paths)
    if (!is_array(path) && shape.channels != 1 && shape.channels != 3)
      throw UsageError("calibrate",
                       fmt::format("{}: the model takes images of {} channels; pictures have 1 or 3",
                                   path.string(), shape.channels));
  return {paths.size(), [=](size_t i) {
            return is_array(paths[i]) ? from_array(paths[i], shape)
                                      : normalised(picture_values(paths[i], shape, {0, 1}), how);
          }};
}

}  // namespace mobilith
