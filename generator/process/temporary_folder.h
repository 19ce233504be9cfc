// Where temporary files go.
#pragma once

#include <filesystem>

namespace mobilith {

// $TMPDIR, $TMP, $TEMP, $TEMPDIR: the first that is set; else /tmp. Throws std::runtime_error, which names
// folder and variable, where that is no folder in which this process can make files.
std::filesystem::path temporary_folder();

}  // namespace mobilith
