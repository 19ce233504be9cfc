#include "cli/decoded_picture.h"

#include <fmt/format.h>
#include <picture.h>

#include <stdexcept>
#include <string>

#include "apart/computed_apart.h"
#include "process/read_file.h"

namespace mobilith {

std::vector<float> decoded_picture(const std::filesystem::path& path, int height, int width) {
  constexpr size_t most = size_t{1} << 29;
  constexpr ChildLimits limits{.bytes = size_t{4} << 30, .seconds = 120};
  try {
    const std::string bytes = read_regular_file(path, most);
    const auto* first = reinterpret_cast<const unsigned char*>(bytes.data());
    const size_t count = size_t(height) * size_t(width) * 3;
    std::vector<float> pixels = computed_apart<std::vector<float>>(
        [&] { return decode_picture(first, bytes.size(), height, width); }, count * sizeof(float), limits);
    if (pixels.size() != count)
      throw std::runtime_error("the process that read it gave another count of numbers");
    return pixels;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace mobilith
