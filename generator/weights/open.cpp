// Which format a weights file has, from its first bytes.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "weights/keras_weights.h"
#include "weights/synthetic.h"
#include "weights/weights.h"

namespace mobilith {

namespace {

// A new format is a reader and a row.
struct Format {
  std::string_view magic;
  std::unique_ptr<Weights> (*open)(const std::string& path);
};
constexpr Format formats[] = {
    {"\x89HDF\r\n\x1a\n", open_keras_hdf5},
    {"PK\x03\x04", open_keras_zip},
};

std::string first_bytes(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    throw WeightsError(fmt::format("--weights: {}: {}", path, std::strerror(errno)));
  if (S_ISDIR(status.st_mode))
    throw WeightsError(fmt::format("--weights: {}: is a folder, expected a Keras file", path));
  if (!S_ISREG(status.st_mode)) throw WeightsError(fmt::format("--weights: {}: is no regular file", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw WeightsError(fmt::format("--weights: {}: {}", path, std::strerror(errno)));
  std::string bytes(8, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

}  // namespace

std::unique_ptr<Weights> open_weights(const std::string& source) {
  if (source == "synthetic") return synthetic_weights();
  const std::string bytes = first_bytes(source);
  if (bytes.empty())
    throw WeightsError(fmt::format("--weights: {}: is empty, expected a Keras file", source));
  for (const Format& format : formats)
    if (std::string_view(bytes).starts_with(format.magic)) return format.open(source);
  throw WeightsError(fmt::format("--weights: {}: neither HDF5 (.h5, .weights.h5) nor a .keras file", source));
}

}  // namespace mobilith
