#include "process/temporary_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace mobilith {

namespace fs = std::filesystem;

fs::path temporary_folder() {
  fs::path folder = "/tmp";
  const char* from = nullptr;
  for (const char* variable : {"TMPDIR", "TMP", "TEMP", "TEMPDIR"})
    if (const char* value = std::getenv(variable); value && *value && !from) folder = value, from = variable;

  std::error_code error;
  std::string problem;
  if (!fs::exists(folder, error))
    problem = "does not exist";
  else if (!fs::is_directory(folder, error))
    problem = "is not a folder";
  else if (access(folder.c_str(), W_OK | X_OK) != 0)
    problem = fmt::format("can't be written: {}", std::strerror(errno));
  if (problem.empty()) return folder;
  if (from)
    throw std::runtime_error(fmt::format("{}: the folder for temporary files, '{}', {}; set {} to another",
                                         from, folder.string(), problem, from));
  throw std::runtime_error(fmt::format("the folder for temporary files, '{}', {}; set TMPDIR to another",
                                       folder.string(), problem));
}

}  // namespace mobilith
