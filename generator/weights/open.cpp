// Which format a weights file has, from its bytes.
#include <fmt/format.h>

#include <string_view>

#include "weights/file_bytes.h"
#include "weights/foreign_file.h"
#include "weights/keras_weights.h"
#include "weights/synthetic.h"
#include "weights/weights.h"

namespace mobilith {

namespace {

// A new format is a reader and a row.
struct Format {
  std::string_view magic;
  std::unique_ptr<Weights> (*open)(const std::string& bytes, const std::string& path, const ReadOptions&);
};
constexpr Format formats[] = {
    {"\x89HDF\r\n\x1a\n", open_keras_hdf5},
    {"PK\x03\x04", open_keras_zip},
};

}  // namespace

std::unique_ptr<Weights> open_weights(const std::string& source, const ReadOptions& options) {
  if (source == "synthetic") return synthetic_weights();
  const std::string bytes = read_weights_file(source);
  if (const std::string other = foreign_file(bytes, source); !other.empty())
    throw WeightsError(
        "weights", fmt::format("{}: {}; expected a Keras file (.h5, .weights.h5, .keras)", source, other));
  for (const Format& format : formats)
    if (std::string_view(bytes).starts_with(format.magic)) return format.open(bytes, source, options);
  throw WeightsError("weights", fmt::format("{}: neither HDF5 (.h5, .weights.h5) nor a .keras file", source));
}

}  // namespace mobilith
