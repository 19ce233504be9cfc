#include "weights/model_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "graph/file_error.h"
#include "models/model_error.h"
#include "process/read_file.h"
#include "text/sha256.h"

namespace mobilith {

namespace fs = std::filesystem;

namespace {

constexpr size_t largest = size_t{1} << 30;
constexpr const char* saved_model = "saved_model.pb";

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw WeightsError("weights", fmt::format("{}: {}", path, why));
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// The file itself, where `path` is a folder.
std::string main_file(const std::string& path) {
  if (!is_folder(path)) return path;
  const fs::path model = fs::path(path) / saved_model;
  if (std::error_code error; !fs::exists(model, error))
    fail(path, fmt::format("is a folder without {}; expected a model file, or the folder of a TensorFlow "
                           "SavedModel",
                           saved_model));
  return model;
}

std::string read_model_file(const std::string& path) {
  try {
    std::string bytes = read_regular_file(path, largest);
    if (bytes.empty()) fail(path, "is empty, expected a model file");
    return bytes;
  } catch (const FileFault& fault) {
    fail(path, fault.what());
  }
}

}  // namespace

ModelFiles::ModelFiles(const std::string& path)
    : ModelFiles(path, is_folder(path), std::make_shared<const std::string>(read_model_file(main_file(path))),
                 files_beside(main_file(path))) {}

ModelFiles::ModelFiles(std::string path, bool folder, std::shared_ptr<const std::string> bytes, Beside beside)
    : path_(std::move(path)), folder_(folder), bytes_(std::move(bytes)), beside_(std::move(beside)) {}

file::ReadRequest ModelFiles::request(std::optional<int> height, std::optional<int> width) {
  return {.height = height, .width = width, .beside = [this](const std::string& name, size_t most) {
            std::string bytes = beside_(name, most);
            // Twice the same file in two states would be two models in one.
            const auto [place, is_new] = hashes_.emplace(name, sha256(bytes));
            if (!is_new && place->second != sha256(bytes))
              throw file::Error(fmt::format("file {} changed while it was read", file::quoted(name)));
            return bytes;
          }};
}

std::string ModelFiles::hash() const {
  const std::string own = sha256(*bytes_);
  if (hashes_.empty() && !folder_) return own;
  std::map<std::string, std::string> all = hashes_;
  all.emplace(folder_ ? saved_model : fs::path(path_).filename().string(), own);
  std::string lines;
  for (const auto& [file, hash] : all) lines += hash + "  " + file + "\n";
  return sha256(lines);
}

ModelFiles::Beside files_beside(const std::string& path) {
  return [folder = fs::path(path).parent_path()](const std::string& name, size_t most) {
    try {
      return read_regular_file(folder / name, std::min(most, largest) + 1);
    } catch (const FileFault& fault) {
      throw file::Error(
          fmt::format("no file {} beside it that can be read: {}", file::quoted(name), fault.what()));
    }
  };
}

}  // namespace mobilith
