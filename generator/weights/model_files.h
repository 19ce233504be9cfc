// The files of a model, each read once: what is parsed and what is hashed are the same bytes, whatever
// happens to the files meanwhile.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "formats/read_graph.h"

namespace mobilith {

// A file, and those that it names; or a folder's saved_model.pb and those that this names. Not thread-safe.
class ModelFiles {
 public:
  // Reads a file in the folder of the model's, as ReadRequest::beside.
  using Beside = std::function<std::string(const std::string& name, size_t most)>;

  // Reads the file, or saved_model.pb of the folder. Throws WeightsError, which names the file, where it is
  // missing, no regular file, empty, over 1 GB, locked by a program that writes it, or changed meanwhile.
  explicit ModelFiles(const std::string& path);
  // bytes: of the file, or of saved_model.pb.
  ModelFiles(std::string path, bool folder, std::shared_ptr<const std::string> bytes, Beside);

  const std::string& path() const { return path_; }
  bool folder() const { return folder_; }
  const std::shared_ptr<const std::string>& bytes() const { return bytes_; }
  // As read_graph() wants them. Keeps the hash of each file that is asked for. Valid as long as this object.
  file::ReadRequest request(std::optional<int> height, std::optional<int> width);
  // SHA-256 of the one file, in hex. Of several: of the lines "HASH  NAME\n", as sha256sum writes them, of
  // those that were read so far, in the order of their names.
  std::string hash() const;

 private:
  std::string path_;
  bool folder_;
  std::shared_ptr<const std::string> bytes_;
  Beside beside_;
  std::map<std::string, std::string> hashes_;  // by name, of the files beside
};

// Reads files in the folder of the one at `path`, up to as many bytes and one more, so that a file that is
// too long is seen to be. Throws file::Error for one that is not there, or can't be read.
ModelFiles::Beside files_beside(const std::string& path);

}  // namespace mobilith
