#include "weights/saved_model_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "formats/read_graph.h"
#include "text/sha256.h"
#include "weights/file_bytes.h"
#include "weights/graph_file.h"
#include "weights/with_path.h"

namespace mobilith {

std::unique_ptr<Weights> open_saved_model(const std::string& folder, const ReadOptions& options) {
  constexpr const char* name = "saved_model.pb";
  const std::filesystem::path model = std::filesystem::path(folder) / name;
  std::error_code error;
  if (!std::filesystem::exists(model, error))
    throw WeightsError("weights", fmt::format("{}: is a folder without {}; expected a model file, or the "
                                              "folder of a TensorFlow SavedModel",
                                              folder, name));
  const auto bytes = std::make_shared<const std::string>(read_weights_file(model));
  if (!is_saved_model_file(*bytes))
    throw WeightsError("weights", fmt::format("{}: {} is no TensorFlow SavedModel", folder, name));
  std::map<std::string, std::string> hashes{{name, sha256(*bytes)}};
  const auto beside = [&, files = files_beside(model)](const std::string& file, size_t most) {
    std::string read = files(file, most);
    hashes[file] = sha256(read);
    return read;
  };
  file::Graph graph = with_path(folder, [&] {
    return file::read_graph(bytes, {.height = options.height, .width = options.width, .beside = beside});
  });
  std::string lines;
  for (const auto& [file, hash] : hashes) lines += hash + "  " + file + "\n";
  return open_file_graph(std::move(graph), folder, sha256(lines), options);
}

bool is_saved_model_file(const std::string& bytes) { return file::format_of(bytes) == "SavedModel"; }

std::unique_ptr<Weights> refuse_saved_model_file(const std::string&, const std::string& path,
                                                 const ReadOptions&) {
  throw WeightsError("weights", fmt::format("{}: is one file of a TensorFlow SavedModel; expected the folder "
                                            "that holds it and variables/",
                                            path));
}

}  // namespace mobilith
