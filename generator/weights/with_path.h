// Errors that name the file.
#pragma once

#include <fmt/format.h>

#include <string>

#include "graph/open_size.h"
#include "models/model_error.h"

namespace mobilith {

// Runs what reads the file at `path`. Its errors become WeightsErrors that begin with the path.
template <typename Read>
auto with_path(const std::string& path, Read read) {
  try {
    return read();
  } catch (const file::OpenSize& error) {
    throw WeightsError({.text = fmt::format("{}: {}; ", path, error.what()),
                        .mentioned = "resolution",
                        .rest = " says them: a side, or HEIGHTxWIDTH"});
  } catch (const file::Error& error) {
    throw WeightsError(path + ": " + error.what());
  } catch (const WeightsError& error) {
    if (error.message.text.starts_with(path)) throw;
    FieldMessage message = error.message;
    message.text = path + ": " + message.text;
    throw WeightsError(message);
  }
}

}  // namespace mobilith
