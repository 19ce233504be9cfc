#include "formats/saved_models.h"

#include <fstream>
#include <sstream>

#include "formats/reading.h"
#include "weights/zip_archive.h"

namespace mobilith::testing {

const std::map<std::string, SavedModelFiles>& saved_models() {
  static const auto all = [] {
    const std::string path = MOBILITH_TEST_DATA "/saved_models/saved_models.zip";
    std::ifstream file(path, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    const ZipArchive archive(text, path);
    std::map<std::string, SavedModelFiles> models;
    for (const std::string& member : archive.members()) {
      const size_t slash = member.find('/');
      models[member.substr(0, slash)][member.substr(slash + 1)] = archive.read(member);
    }
    return models;
  }();
  return all;
}

file::ReadRequest beside(const SavedModelFiles& files) {
  return {.beside = [files](const std::string& name, size_t most) {
    const auto found = files.find(name);
    if (found == files.end()) throw file::Error("no file " + file::quoted(name) + " beside it");
    return found->second.substr(0, most + 1);
  }};
}

file::Graph read(const SavedModelFiles& files) { return read(files.at("saved_model.pb"), beside(files)); }

std::string refusal(const SavedModelFiles& files) {
  return refusal(files.at("saved_model.pb"), beside(files));
}

}  // namespace mobilith::testing
