#include "process/shell.h"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

namespace mobilith {

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("can't start a shell");
  std::string text;
  char block[4096];
  while (const size_t count = fread(block, 1, sizeof block, pipe)) text.append(block, count);
  if (const int status = pclose(pipe); status != 0)
    throw std::runtime_error(fmt::format("ended with status {}: {}", status, command));
  return text;
}

}  // namespace mobilith
