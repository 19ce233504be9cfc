#include "process/scratch.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "process/temporary_folder.h"

namespace mobilith {

namespace fs = std::filesystem;

Scratch::Scratch() : folder_(temporary_folder() / "mobilith-work-", [](const fs::path&) { return true; }) {
  if (!folder_.made())
    throw std::runtime_error(fmt::format("can't make a temporary folder in {}: {}",
                                         temporary_folder().string(), std::strerror(errno)));
}

}  // namespace mobilith
