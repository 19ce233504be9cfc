#include "cli/decoded_picture.h"

#include <fmt/format.h>
#include <picture.h>

#include <stdexcept>
#include <string>

#include "apart/numbers_apart.h"
#include "process/read_file.h"

namespace mobilith {

std::vector<float> decoded_picture(const std::filesystem::path& path, int height, int width) {
  constexpr size_t most = size_t{1} << 29;
  constexpr ChildLimits limits{.bytes = size_t{4} << 30, .seconds = 120};
  try {
    const std::string bytes = read_regular_file(path, most);
    const auto* first = reinterpret_cast<const unsigned char*>(bytes.data());
    return numbers_apart([&] { return decode_picture(first, bytes.size(), height, width); },
                         size_t(height) * size_t(width) * 3, limits);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace mobilith
