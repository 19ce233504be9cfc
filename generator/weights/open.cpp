// Which format a weights file has, from its bytes.
#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "weights/file_bytes.h"
#include "weights/foreign_file.h"
#include "weights/graph_file.h"
#include "weights/keras_weights.h"
#include "weights/saved_model_folder.h"
#include "weights/synthetic.h"
#include "weights/tfjs_layers.h"
#include "weights/torch_weights.h"
#include "weights/weights.h"

namespace mobilith {

namespace {

// A new format is a reader and a row.
struct Format {
  bool (*is)(const std::string& bytes);
  std::unique_ptr<Weights> (*open)(const std::string& bytes, const std::string& path, const ReadOptions&);
};
constexpr Format formats[] = {
    {is_state_dict, open_state_dict},  // before .keras: both are zip files
    {[](const std::string& bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"); }, open_keras_hdf5},
    {[](const std::string& bytes) { return bytes.starts_with("PK\x03\x04"); }, open_keras_zip},
    {is_tfjs_layers, open_tfjs_layers},  // before TF.js's graphs: both are a model.json
    {is_saved_model_file, refuse_saved_model_file},
    {is_graph_file, open_graph_file},
};
constexpr const char* expected =
    "expected a Keras (.h5, .weights.h5, .keras), TFLite, ONNX, frozen TensorFlow (.pb), TF.js, "
    "PyTorch (.pth, .pt) or safetensors file, or the folder of a TensorFlow SavedModel";

[[noreturn]] void refuse_network(const std::string& net, const std::string& source) {
  throw WeightsError("net",
                     fmt::format("{} is of a state dict's networks, and {} is no state dict", net, source));
}

}  // namespace

std::unique_ptr<Weights> open_weights(const std::string& source, const ReadOptions& options) {
  if (source == "synthetic") return synthetic_weights();
  if (std::error_code error; std::filesystem::is_directory(source, error)) {
    if (options.torch_net) refuse_network(*options.torch_net, source);
    return open_saved_model(source, options);
  }
  const std::string bytes = read_weights_file(source);
  if (options.torch_net && !is_state_dict(bytes)) refuse_network(*options.torch_net, source);
  // A model of TF.js is JSON, too.
  const std::string other = is_graph_file(bytes) ? "" : foreign_file(bytes, source);
  if (!other.empty()) throw WeightsError("weights", fmt::format("{}: {}; {}", source, other, expected));
  for (const Format& format : formats)
    if (format.is(bytes)) return format.open(bytes, source, options);
  throw WeightsError("weights", fmt::format("{}: of no kind that is read; {}", source, expected));
}

}  // namespace mobilith
