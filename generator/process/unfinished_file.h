// A file that is written beside the one whose place it takes.
#pragma once

#include <filesystem>

namespace mobilith {

class UnfinishedFile {
 public:
  // A new file beside `path`, with a random name: no link and no file that is there can be meant. Locked
  // until it takes a place or this goes, so that others can tell a killed one's from it. On failure problem()
  // is errno.
  explicit UnfinishedFile(const std::filesystem::path& path);
  ~UnfinishedFile();  // removes it, unless it took a place
  UnfinishedFile(const UnfinishedFile&) = delete;
  int problem() const { return problem_; }
  int descriptor() const { return file_; }
  // 0, or errno. Closes the file: descriptor() is -1 then.
  int take_place_of(const std::filesystem::path&);

  // Removes those of this user in the folder that nobody has locked.
  static void clear(const std::filesystem::path& folder);

 private:
  bool try_name(const std::filesystem::path&);

  std::filesystem::path name_;
  int file_ = -1, problem_ = 0;
};

}  // namespace mobilith
