// Which format a weights file has, from its bytes.
#include <fmt/format.h>

#include "weights/foreign_file.h"
#include "weights/graph_file.h"
#include "weights/keras_weights.h"
#include "weights/model_content.h"
#include "weights/plain_names.h"
#include "weights/saved_model_folder.h"
#include "weights/state_dict_weights.h"
#include "weights/synthetic.h"
#include "weights/tfjs_layers.h"
#include "weights/weights.h"

namespace mobilith {

namespace {

// A new format is a reader and a row.
struct Format {
  bool (*is)(const std::string& bytes);
  HeldByFile (*read)(ModelFiles&, const ReadOptions&);
};
constexpr Format formats[] = {
    {is_state_dict, read_state_dict},  // before .keras: both are zip files
    {[](const std::string& bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"); }, read_keras_hdf5},
    {[](const std::string& bytes) { return bytes.starts_with("PK\x03\x04"); }, read_keras_zip},
    {is_tfjs_layers, read_tfjs_layers},  // before TF.js's graphs: both are a model.json
    {is_graph_file, read_graph_file},
};
constexpr const char* expected =
    "expected a Keras (.h5, .weights.h5, .keras), TFLite, ONNX, frozen TensorFlow (.pb), TF.js, "
    "PyTorch (.pth, .pt) or safetensors file, or the folder of a TensorFlow SavedModel";

[[noreturn]] void refuse_network(const std::string& net, const std::string& source) {
  throw WeightsError("net",
                     fmt::format("{} is of a state dict's networks, and {} is no state dict", net, source));
}

}  // namespace

HeldByFile read_held(ModelFiles& files, const ReadOptions& options) {
  const std::string &bytes = *files.bytes(), &path = files.path();
  if (options.torch_net && (files.folder() || !is_state_dict(bytes)))
    refuse_network(*options.torch_net, path);
  if (files.folder() != is_saved_model_file(bytes)) refuse_saved_model(files);
  // A model of TF.js is JSON, too.
  const std::string other = is_graph_file(bytes) ? "" : foreign_file(bytes, path);
  if (!other.empty()) throw WeightsError("weights", fmt::format("{}: {}; {}", path, other, expected));
  for (const Format& format : formats)
    if (format.is(bytes)) return format.read(files, options);
  throw WeightsError("weights", fmt::format("{}: of no kind that is read; {}", path, expected));
}

std::unique_ptr<Weights> weights_of(ModelContent content, const ReadOptions& options) {
  expect_plain_names(content);
  if (auto* graph = std::get_if<GraphContent>(&content.holds))
    return open_file_graph(std::move(*graph), content.path, content.hash, options);
  if (auto* dict = std::get_if<file::StateDict>(&content.holds))
    return open_state_dict(std::move(*dict), content.path, content.hash, options);
  return open_keras_arrays(std::get<KerasArrays>(std::move(content.holds)), content.path, content.hash,
                           options);
}

std::unique_ptr<Weights> open_weights(const std::string& source, const ReadOptions& options) {
  if (source == "synthetic") return synthetic_weights();
  ModelFiles files(source);
  HeldByFile holds = read_held(files, options);
  return weights_of({files.path(), files.hash(), std::move(holds)}, options);
}

}  // namespace mobilith
