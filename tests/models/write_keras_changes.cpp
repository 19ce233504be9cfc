// Not a test: writes the fixture's models as files, FOLDER/<network>: <what>/model.keras and so on, for
// keras_changes/check_recreated.py and for trying one by hand. Arguments: FOLDER, and words of the rows
// wanted.
#include <iostream>

#include "models/keras_changes.h"

using namespace mobilith::testing;

int main(int count, char** words) try {
  if (count < 2) {
    std::cerr << "usage: write_keras_changes FOLDER [WORD]\n";
    return 2;
  }
  const KerasChanges changes = read_keras_changes(MOBILITH_KERAS_CHANGES);
  for (const ChangedModel& model : changes.models) {
    const std::string name = model.network + ": " + model.what;
    if (count > 2 && name.find(words[2]) == std::string::npos) continue;
    const std::filesystem::path folder = std::filesystem::path(words[1]) / name;
    std::filesystem::create_directories(folder);
    const nlohmann::json saved = changes.saved(model);
    for (const FileKind& kind : file_kinds)
      if (saved.contains(kind.member)) changes.write(saved, kind, folder / kind.file);
    std::cout << folder.string() << "  " << name << '\n';
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << "write_keras_changes: " << error.what() << '\n';
  return 1;
}
