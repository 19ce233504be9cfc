// A WASI command in a page in headless Chromium: wasi_page.html.
#pragma once

#include <string>

#include "process.h"

namespace mobilith::targets {

// module: the command's bytes; it is called with the argument "1" and has no files. The folder gets the page
// and the browser's own files. What the page shows in its <pre>: what the command printed, then "exit CODE".
std::string run_in_page(const std::string& module, const TemporaryFolder& folder);

}  // namespace mobilith::targets
