#include "formats/open_extents.h"

#include <fmt/format.h>

#include "graph/open_size.h"
#include "graph/value.h"

namespace mobilith::file {

namespace {

// Which axes of an image are its height and width: those beside the channels, which are few. Nothing where it
// can't be said.
std::optional<std::pair<size_t, size_t>> image_axes(const Extents& shape) {
  if (shape.size() != 4) return {};
  const auto few = [](int64_t channels) { return channels >= 1 && channels <= 4; };
  if (few(shape[1]) && !few(shape[3])) return {{2, 3}};
  if (few(shape[3]) && !few(shape[1])) return {{1, 2}};
  return {};
}

}  // namespace

Extents closed(const std::string& input, const Extents& shape, const ReadRequest& request) {
  Extents result = shape;
  if (!result.empty() && result[0] == -1) result[0] = 1;
  const auto axes = image_axes(result);
  const auto close = [&](size_t axis, std::optional<int> wanted, const char* what) {
    if (!wanted) return;
    if (result[axis] != -1 && result[axis] != *wanted)
      throw Error(
          fmt::format("input {} has a {} of {}; asked for {}", quoted(input), what, result[axis], *wanted));
    result[axis] = *wanted;
  };
  if (axes) {
    close(axes->first, request.height, "height");
    close(axes->second, request.width, "width");
  }
  for (const int64_t extent : result) {
    if (extent >= 0) continue;
    if (axes) throw OpenSize(fmt::format("input {} leaves height and width open", quoted(input)));
    throw Error(fmt::format("input {} leaves extents open, and it is not known which are height and width",
                            quoted(input)));
  }
  return result;
}

}  // namespace mobilith::file
