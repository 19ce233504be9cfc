// Reading files in tests.
#pragma once

#include <string>

#include "formats/read_graph.h"
#include "graph/file_error.h"

namespace mobilith::testing {

inline file::Graph read(const std::string& bytes, const file::ReadRequest& request = {}) {
  return file::read_graph(std::make_shared<const std::string>(bytes), request);
}

// Why the file is refused; empty: it is not.
inline std::string refusal(const std::string& bytes, const file::ReadRequest& request = {}) {
  try {
    read(bytes, request);
  } catch (const file::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace mobilith::testing
