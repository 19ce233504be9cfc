// Where a tree's files come from: hashes and versions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "package/package.h"
#include "package/tree_parts.h"

namespace mobilith {

struct Tool {
  const char *name, *version, *licence, *home;  // licence: SPDX's name
};

// This program, and the libraries that make code with it.
const std::vector<Tool>& tools();

// {"Halide": "18.0.0", ...}: the manifest's made_with.
nlohmann::json made_with();

// {"lib/libnet.a": "SHA-256 in hex", ...}: the manifest's files.
nlohmann::json file_hashes(const std::vector<TreeFile>&);

// share/<name>/sbom.spdx.json: SPDX 2.3, of these files, the model, the runtime and the tools. The time in it
// is $SOURCE_DATE_EPOCH, else the epoch itself: equal packages give equal bytes.
std::string spdx_document(const Package&, const std::vector<TreeFile>&);

}  // namespace mobilith
